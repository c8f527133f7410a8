# One image for API, worker, migrations and simulator; the command says which (see docker-compose.yml).
# It writes to MEDIA_FOLDER alone: run it with a read-only root file system, a tmpfs on /tmp and a volume on /data/media.

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm run bundle -- dist/workflow-bundle.js
RUN npm prune --omit=dev && node deploy/image/keep-own-bridge.mjs node_modules

FROM node:24.18.0-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d
# A number, not a name, in USER: an orchestrator that refuses root can only tell by a number.
RUN groupadd --gid 10001 continuo && useradd --uid 10001 --gid continuo --no-create-home --shell /usr/sbin/nologin continuo \
  && install --directory --owner=continuo --group=continuo /data/media /data/simulator
ENV NODE_ENV=production WORKFLOW_BUNDLE_FILE=dist/workflow-bundle.js MEDIA_FOLDER=/data/media
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY migrations migrations
COPY models models
COPY policy policy
COPY scripts scripts
COPY deploy/image/healthy.mjs deploy/image/healthy.mjs
USER 10001:10001
EXPOSE 3000
STOPSIGNAL SIGTERM
# For the API, the default command; another part names its own address (docker-compose.yml does).
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "deploy/image/healthy.mjs", "http://127.0.0.1:3000/health/live"]
CMD ["node", "dist/api/main.js"]
