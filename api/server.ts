import express, { Router } from 'express';
import type { Express } from 'express';
import helmet from 'helmet';
import type { Pool } from 'pg';
import type { Logger } from '../platform/logger';
import type { MediaStorage } from '../platform/media-storage';
import { authenticate } from './authentication';
import type { ApiToken } from './authentication';
import { answerUnknownRoute, createErrorHandler } from './error-handler';
import { readJsonBody } from './json-body';
import { createMediaLinks } from './media-links';
import type { MediaLinkSettings } from './media-links';
import { assignRequestId } from './request-id';
import { logRequests } from './request-log';
import { createBuyerJoinRoutes } from './routes/buyer-join.routes';
import { createCommandRoutes } from './routes/command.routes';
import type { HandOver } from './routes/command-door';
import { createHealthRoutes } from './routes/health.routes';
import { createKillSwitchRoutes } from './routes/kill-switch.routes';
import { createNumberRoutes } from './routes/number.routes';
import { createMediaRoutes } from './routes/media.routes';
import { createNeverAutomateRoutes } from './routes/never-automate.routes';
import { createReadRoutes } from './routes/read.routes';
import { createSendRoutes } from './routes/send.routes';
import { createStartRoutes } from './routes/start.routes';
import { createWebhookItemRoutes } from './routes/webhook-item.routes';

export type ApiDependencies = {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly tokens: readonly ApiToken[];
  /** Reads its bodies itself, as it needs their bytes. */
  readonly webhooks: Router;
  readonly handOver: HandOver;
  readonly media: { readonly storage: MediaStorage; readonly links: MediaLinkSettings };
  readonly isReady: () => Promise<boolean>;
};

/** The HTTP API, ready to listen: webhooks, health, and under /v1 what agents and screens need. */
export function createApp(deps: ApiDependencies): Express {
  const app = express();
  // A value given twice becomes a list, which the contract refuses; nothing nests.
  app.set('query parser', 'simple');
  app.use(assignRequestId, logRequests(deps.logger), helmet());
  app.use('/webhooks', deps.webhooks);
  app.use('/health', createHealthRoutes(deps.isReady));
  app.use('/v1', createVersion1(deps));
  app.use(answerUnknownRoute);
  app.use(createErrorHandler(deps.logger));
  return app;
}

function createVersion1(deps: ApiDependencies): Router {
  const router = Router();
  const links = createMediaLinks(deps.media.links);
  // Before the tokens are asked for: a signed link is enough.
  router.use(createMediaRoutes({ pool: deps.pool, storage: deps.media.storage, links }));
  router.use(authenticate(deps.tokens), ...readJsonBody);
  router.use(createReadRoutes(deps.pool, links));
  router.use(createStartRoutes(deps));
  router.use(createCommandRoutes(deps));
  router.use(createSendRoutes(deps));
  router.use(createNumberRoutes(deps.pool));
  router.use(createBuyerJoinRoutes(deps));
  router.use(createKillSwitchRoutes(deps.pool));
  router.use(createWebhookItemRoutes(deps));
  router.use(createNeverAutomateRoutes(deps.pool));
  return router;
}
