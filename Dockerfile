# One image for the web server, workers, the migration, the operator's commands and the simulator: docs/production.md.
# The tag is exact and says which Node `npm ci` installs elsewhere (a test compares). Where you build for production, put the digest behind it:
# node:…@sha256:…, from `docker buildx imagetools inspect`.
FROM node:24.21.0-trixie-slim AS build
WORKDIR /portal
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json next.config.js postcss.config.mjs prisma.config.ts instrumentation.ts proxy.ts ./
COPY prisma prisma
COPY public public
COPY lib lib
COPY app app
# Types are checked before an image is built. What only tests need, and what only another build could use, stays here.
RUN PRISMA_SCHEMA_ENGINE_BINARY=/bin/true npx prisma generate \
 && TYPES_CHECKED_ELSEWHERE=1 NEXT_TELEMETRY_DISABLED=1 npm run build \
 && rm -rf .next/cache .next/diagnostics .next/trace .next/trace-build .next/turbopack .next/types \
 && find .next \( -name '*.map' -o -name '*.nft.json' \) -delete \
 && find app lib -type d -name testing -prune -exec rm -r {} + \
 && mkdir -m 0700 state

FROM node:24.21.0-trixie-slim AS packages
WORKDIR /portal
COPY package.json package-lock.json ./
# Node is in the base image, and no page has pictures to resize: all that is optional and needed comes from the other stage.
# Source maps, types and engines for other databases are most of the size, and nothing loads them.
RUN npm ci --ignore-scripts --omit=dev --omit=optional \
 && rm -rf node_modules/node node_modules/next/dist/docs node_modules/next/dist/esm \
 && find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && find node_modules/next/dist/compiled -name '*.dev.js' -delete \
 && find node_modules/@prisma/client/runtime -regextype posix-extended -regex '.*\.(mysql|sqlite|sqlserver|cockroachdb)\..*' -delete

FROM node:24.21.0-trixie-slim
LABEL org.opencontainers.image.title="Cardzo payout portal" \
      org.opencontainers.image.description="Self-hosted payout portal for the Cardzo payment gateway" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    NEXT_TELEMETRY_DISABLED=1 \
    HOST=0.0.0.0 \
    MARKER_FILE=/var/lib/payout-portal/marker.json
WORKDIR /portal
COPY --from=packages /portal/node_modules node_modules
COPY --from=build /portal/node_modules/@node-rs node_modules/@node-rs
COPY --from=build /portal/package.json /portal/next.config.js /portal/instrumentation.ts /portal/proxy.ts ./
COPY --from=build /portal/prisma prisma
COPY --from=build /portal/public public
COPY --from=build /portal/lib lib
COPY --from=build /portal/app app
COPY --from=build /portal/.next .next
# The only folder that is written to: the workers' marker, and SENT_MARKS_DIR where it is used. The rest may be read-only.
COPY --from=build --chown=10001:10001 /portal/state /var/lib/payout-portal
USER 10001:10001
VOLUME /var/lib/payout-portal
EXPOSE 3000
STOPSIGNAL SIGTERM
# The web server's. Whether the whole installation works is another question, /api/health/ready: no restart of this process answers it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/api/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "lib/web/main.ts"]
