# The image of the service; the simulator and the database commands run from it too.
# No compiler: SQLite's driver for this Node brings its binary along; the older one is not loaded here.
FROM node:24-slim AS build
ENV SCARF_ANALYTICS=false
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json nest-cli.json ormconfig.ts ./
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
# Production refuses to start until everything that matters is named: docs/configuration.md.
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The code belongs to root; the service writes into data alone.
RUN install -d -o node -g node -m 0700 data data/simulator
USER node
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and handles SIGTERM itself: accepted work is finished, then it ends with 0.
CMD ["node", "dist/src/main.js"]
