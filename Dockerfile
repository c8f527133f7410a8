# One image for every part; the command says which (see docker-compose.yml).
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm run bundle -- dist/workflow-bundle.js && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production WORKFLOW_BUNDLE_FILE=dist/workflow-bundle.js
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY migrations migrations
COPY models models
COPY policy policy
COPY scripts scripts
# Taken over by the volume that is mounted here.
RUN mkdir -p /data/media && chown node:node /data/media
USER node
CMD ["node", "dist/api/main.js"]
