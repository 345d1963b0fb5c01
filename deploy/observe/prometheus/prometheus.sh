#!/bin/sh
# Prometheus reads the token from a file only, and so that it gets into no image it comes by setting.
set -eu
: "${METRICS_TOKEN:?set it in .env to 16 characters or more}"
printf %s "$METRICS_TOKEN" >/tmp/metrics-token
exec prometheus --config.file="$(dirname "$0")/prometheus.yml" --storage.tsdb.path=/prometheus "$@"
