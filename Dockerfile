# The client is built, and the packages are installed, on images that are thrown away.
FROM node:26-bookworm-slim AS client
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --include=dev --ignore-scripts --no-fund --no-audit
COPY client client
COPY proto/gen/browser proto/gen/browser
COPY tsconfig.json ./
RUN npm run build

FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-fund --no-audit

FROM node:26-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 PROSA_DATA=/data
WORKDIR /app
RUN mkdir /data && chown node:node /data
COPY --from=packages /app/node_modules node_modules
COPY --from=client /app/client/dist client/dist
COPY package.json LICENSE ./
COPY proto/gen proto/gen
COPY db db
COPY engine engine
COPY server server
USER node
VOLUME /data
EXPOSE 8080
# Under TLS the certificate is for the outer name, not for the loopback address asked here.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --start-interval=1s \
  CMD NODE_NO_WARNINGS=1 NODE_TLS_REJECT_UNAUTHORIZED=0 node -e "fetch('http${TLS_CERT:+s}://127.0.0.1:${PORT}/healthz').then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"
STOPSIGNAL SIGTERM
CMD ["node", "server/main.ts"]
