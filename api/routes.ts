import type { Route } from './route';
import { accessRoutes } from './routes/access.routes';
import { buyerJoinRoutes } from './routes/buyer-join.routes';
import { commandRoutes } from './routes/command.routes';
import { documentationRoutes } from './routes/documentation.routes';
import { healthRoutes } from './routes/health.routes';
import { killSwitchRoutes } from './routes/kill-switch.routes';
import { mediaRoutes } from './routes/media.routes';
import { neverAutomateRoutes } from './routes/never-automate.routes';
import { numberRoutes } from './routes/number.routes';
import { readRoutes } from './routes/read.routes';
import { sendRoutes } from './routes/send.routes';
import { startRoutes } from './routes/start.routes';
import { subscriptionRoutes } from './routes/subscription.routes';
import { webhookItemRoutes } from './routes/webhook-item.routes';
import { webhookRoutes } from './routes/webhook.routes';

/** Everything that the API does. */
export const ROUTES: readonly Route[] = [
  ...readRoutes,
  ...startRoutes,
  ...commandRoutes,
  ...sendRoutes,
  ...buyerJoinRoutes,
  ...numberRoutes,
  ...killSwitchRoutes,
  ...neverAutomateRoutes,
  ...webhookItemRoutes,
  ...subscriptionRoutes,
  ...accessRoutes,
  ...mediaRoutes,
  ...healthRoutes,
  ...documentationRoutes,
  ...webhookRoutes,
];
