import { Router } from 'express';
import type { Pool } from 'pg';
import { accountEventListQuery, retryRequest, webhookItemListQuery } from '../contract';
import type { WebhookItem, WebhookItemRetry } from '../contract';
import { ApiProblem } from '../errors';
import { retryItem } from '../ingest/retry';
import { listAccountEvents } from '../read/account-events';
import { rowIdOf } from '../read/values';
import { listWebhookItems, readWebhookItem } from '../read/webhook-items';
import { validate } from '../validate';
import type { HandOver } from './command-door';

/** What webhooks reported beside conversations, what of them was not understood, and running one of these again. */
export function createWebhookItemRoutes(deps: { readonly pool: Pool; readonly handOver: HandOver }): Router {
  const router = Router();
  router.get('/account-events', async (request, response) => {
    response.json(
      await listAccountEvents(deps.pool, validate(accountEventListQuery, request.query, 'query')),
    );
  });
  router.get('/webhook-items', async (request, response) => {
    response.json(await listWebhookItems(deps.pool, validate(webhookItemListQuery, request.query, 'query')));
  });
  router.post('/webhook-items/:id/retry', async (request, response) => {
    validate(retryRequest, request.body ?? {});
    const itemId = rowIdOf(request.params.id);
    const retried = itemId === null ? null : await retryItem(deps.pool, itemId);
    const item = itemId === null ? null : await readWebhookItem(deps.pool, itemId);
    if (retried === null || item === null) throw new ApiProblem('webhook_item_not_found');
    for (const conversationId of retried.lookAt) deps.handOver.soon(conversationId);
    const answer: WebhookItemRetry = { outcome: outcomeOf(item), new_items: retried.newItems, item };
    response.json(answer);
  });
  return router;
}

function outcomeOf(item: WebhookItem): WebhookItemRetry['outcome'] {
  if (item.kind === 'unknown') return 'not_understood';
  if (item.error !== null) return 'set_aside';
  return item.assigned_at === null ? 'failed' : 'assigned';
}
