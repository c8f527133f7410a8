import express from 'express';
import type { Express } from 'express';
import helmet from 'helmet';
import type { ApiDependencies } from './dependencies';
import { answerUnknownRoute, createErrorHandler } from './error-handler';
import { createMediaLinks } from './media-links';
import { mountRoutes } from './mount';
import { createDocument } from './openapi/document';
import { assignRequestId } from './request-id';
import { logRequests } from './request-log';
import { ROUTES } from './routes';
import { watchWebhooks } from './watch-requests';

/** The HTTP API, ready to listen: webhooks, health, and under /v1 what agents and screens need. */
export function createApp(deps: ApiDependencies): Express {
  const app = express();
  // A value given twice becomes a list, which the contract refuses; nothing nests.
  app.set('query parser', 'simple');
  app.use(assignRequestId, logRequests(deps.logger, ROUTES), helmet());
  app.use('/webhooks', watchWebhooks, deps.webhooks);
  const { pool, handOver, readHealth, outgoingWebhooks, media } = deps;
  let document: object | undefined;
  const links = createMediaLinks(media.links);
  const parts = {
    pool,
    handOver,
    readHealth,
    outgoingWebhooks,
    storage: media.storage,
    links,
    document: () => (document ??= createDocument(ROUTES)),
  };
  mountRoutes(app, ROUTES, { deps, parts });
  app.use(answerUnknownRoute);
  app.use(createErrorHandler(deps.logger));
  return app;
}
