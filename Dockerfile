# Gemini Proxy in a container: docker build -t gemini-proxy . && docker run -p 9000:9000 -e GEMINI_API_KEY=... -e AUTH_TOKEN=... gemini-proxy
# Written by the book and held against the repository by test/suites/deploy/dockerfile.test.ts, but not yet built: no container engine was at hand.
FROM node:22.23.2-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts ./scripts
COPY spec ./spec
COPY generated ./generated
COPY function ./function
COPY src ./src
RUN node --import tsx scripts/bundle/build.ts

FROM node:22.23.2-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=9000
WORKDIR /app
# One file that needs no node_modules, and beside it the files of GET /docs.
COPY --from=build /build/dist/server.cjs ./server.cjs
COPY --from=build /build/dist/docs ./docs
COPY LICENSE ./
# The user that the image brings along: the server writes no file.
USER node
EXPOSE 9000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Not by npm or a shell: SIGTERM has to reach the server, which then lets running requests end.
CMD ["node", "server.cjs"]
