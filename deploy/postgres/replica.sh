#!/bin/bash
# Copies the primary at the first start, and follows it from then on.
set -euo pipefail

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # What a copy that was cut short has left.
  rm -rf "$PGDATA" "$PGDATA.new"
  mkdir -p "$(dirname "$PGDATA")"
  pg_basebackup --dbname="host=${PRIMARY_HOST:-postgres} port=${PRIMARY_PORT:-5432} user=prosa application_name=replica" \
    --pgdata="$PGDATA.new" --write-recovery-conf --checkpoint=fast
  mv "$PGDATA.new" "$PGDATA"
fi
exec postgres -c hba_file="$(dirname "$0")/pg_hba.conf" -c listen_addresses='*' "$@"
