# The page is built, and the packages are installed, on images that are thrown away.
FROM node:26.10.0-bookworm-slim AS client
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --include=dev --ignore-scripts --no-fund --no-audit
COPY client client
COPY proto/gen/browser proto/gen/browser
COPY tsconfig.json ./
RUN npm run build

FROM node:26.10.0-bookworm-slim AS packages
RUN apt-get update && apt-get install --yes --no-install-recommends binutils
# Node alone comes with 27 MB of symbols.
RUN strip --output-file=/node /usr/local/bin/node
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-fund --no-audit
# The prosa command looks for Node among the packages.
RUN mkdir --parents node_modules/node/bin && ln -s /usr/local/bin/node node_modules/node/bin/node
# What a running Prosa never reads: types, maps and tests, sources to compile, builds for other
# processors.
RUN rm -r node_modules/typescript node_modules/@typescript \
    node_modules/node-llama-cpp/llama/gitRelease.bundle \
  && find node_modules/@node-llama-cpp -mindepth 1 -maxdepth 1 \
    ! -name "linux-$(node -p process.arch)" -exec rm -r {} + \
  && find node_modules -type f -regex '.*\.\(d\.[cm]?ts\|map\|a\)' -delete \
  && find node_modules -type d \( -name test -o -name testdata \) -prune -exec rm -r {} + \
  && find node_modules -type f -regex '.*\.\(so[.0-9]*\|node\)' -exec strip --strip-unneeded {} +

# Debian without what only builds or installs more of it.
FROM node:26.10.0-bookworm-slim AS system
RUN rm -rf /usr/local/bin/* /usr/local/include /usr/local/lib/node_modules /usr/local/share /opt/* \
    /usr/lib/apt /usr/lib/*/libapt-*.so* /usr/bin/apt* /usr/lib/*/perl-base /usr/bin/perl* \
    /usr/lib/*/gconv /var/lib/apt /var/cache/* /var/log/* \
  && mkdir /app && install --directory --owner=node --group=node /data \
  && ln -s /app/cli/prosa.mjs /usr/local/bin/prosa

FROM scratch
COPY --from=system / /
COPY --from=packages /node /usr/local/bin/node
# The home folder, where the prosa command keeps its token, is on the volume like all the rest.
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    NODE_ENV=production HOME=/data HOST=0.0.0.0 PORT=8080 PROSA_DATA=/data
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY --from=client /app/client/dist client/dist
COPY package.json LICENSE ./
COPY proto/gen proto/gen
COPY db db
COPY engine engine
COPY server server
COPY cli cli
USER node
VOLUME /data
EXPOSE 8080
# Under TLS the certificate is for the outer name, not for the loopback address asked here.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD NODE_NO_WARNINGS=1 NODE_TLS_REJECT_UNAUTHORIZED=0 node -e "fetch('http${TLS_CERT:+s}://127.0.0.1:${PORT}/healthz').then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"
STOPSIGNAL SIGTERM
CMD ["node", "server/main.ts"]
