# usage: docker build -t gemini-proxy .
#        docker run -p 9000:9000 -e GEMINI_API_KEY=... -e AUTH_TOKEN=... gemini-proxy
# test/suites/deploy/dockerfile.test.ts checks this file; no container engine has built it yet.
FROM node:22.23.2-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts ./scripts
COPY spec ./spec
COPY generated ./generated
COPY src ./src
RUN node --import tsx scripts/bundle/build.ts

FROM node:22.23.2-bookworm-slim
# Docker kills a container 10 s after SIGTERM; the server ends 2 s after the grace at the latest.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=9000 SHUTDOWN_GRACE_MS=6000
WORKDIR /app
# The server is one file without node_modules. It loads the other files and folders on demand: the
# commands (docker exec <container> node server.cjs doctor), traces, the pages.
COPY --from=build /build/dist/server.cjs ./server.cjs
COPY --from=build /build/dist/cli.cjs ./cli.cjs
COPY --from=build /build/dist/tracing.cjs ./tracing.cjs
COPY --from=build /build/dist/docs ./docs
COPY --from=build /build/dist/console ./console
COPY LICENSE ./
# An unprivileged user of the base image. The server writes no files.
USER node
EXPOSE 9000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Not through npm or a shell: the server must receive SIGTERM to finish its running requests.
CMD ["node", "server.cjs"]
