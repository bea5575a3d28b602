# syntax=docker/dockerfile:1

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY build build
COPY schema schema
COPY web web
COPY src src
RUN npm run -s build && rm dist/.built dist/web/.built

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Without `prepare`, which builds; the install scripts of dependencies create links that the embedded Postgres needs.
RUN npm pkg delete scripts.prepare && npm ci --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 LARKSTAT_DATA=/data LARKSTAT_DEMO=off
WORKDIR /app
# 1000 is the image's user `node`. A new volume takes the owner of the folder that it is mounted at.
RUN install -d -o 1000 -g 1000 -m 700 /data /uploads && ln -s /app/dist/cli.js /usr/local/bin/larkstat
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY drizzle drizzle
COPY schema schema
USER node
EXPOSE 4000
# Does the same as `larkstat health`, with a tenth of its processor time.
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --start-interval=1s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["larkstat", "serve"]
