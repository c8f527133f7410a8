import { runRepeatableOrder } from '../../store/commands/run-order';
import {
  accountEventList,
  accountEventListQuery,
  retryRequest,
  rowParam,
  webhookItemList,
  webhookItemListQuery,
  webhookItemRetry,
} from '../contract';
import type { WebhookItem, WebhookItemRetry } from '../contract';
import { retryItem } from '../ingest/retry';
import { listAccountEvents } from '../read/account-events';
import { listWebhookItems, readWebhookItem } from '../read/webhook-items';
import { PLAIN, command, read } from '../route';
import type { Route } from '../route';
import { orderBody } from './command-door';

/** What webhooks reported beside conversations, what of them was not understood, and running one of these again. */
export const webhookItemRoutes: readonly Route[] = [
  read({
    ...PLAIN,
    id: 'list-account-events',
    method: 'get',
    path: '/v1/account-events',
    tag: 'Webhooks',
    summary: 'What Meta reports about account, numbers and templates, the newest first',
    scope: 'read',
    query: accountEventListQuery,
    answers: { 200: { description: 'A page of reports.', schema: accountEventList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listAccountEvents(pool, query) }),
  }),
  read({
    ...PLAIN,
    id: 'list-webhook-items',
    method: 'get',
    path: '/v1/webhook-items',
    tag: 'Webhooks',
    summary: 'Items of webhooks that were not understood or failed, the newest first',
    description: 'With counts over all of them.',
    scope: 'read',
    query: webhookItemListQuery,
    answers: { 200: { description: 'A page of items.', schema: webhookItemList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listWebhookItems(pool, query) }),
  }),
  command({
    ...PLAIN,
    id: 'retry-webhook-item',
    orders: 'retry_webhook_item',
    method: 'post',
    path: '/v1/webhook-items/{id}/retry',
    tag: 'Webhooks',
    summary: 'Run an item of a webhook again',
    description:
      'Its body is read anew, so that what was not understood then may be understood now. What was assigned before stays as it is.',
    scope: 'supervisor',
    params: rowParam,
    body: retryRequest,
    answers: { 200: { description: 'What became of it.', schema: webhookItemRetry } },
    problems: ['webhook_item_not_found', 'idempotency_key_reused'],
    handle: async ({ params: { id }, body, actor, idempotencyKey }, { pool, handOver }) => {
      const by = { actor, idempotencyKey, reason: body.reason ?? null };
      const result = await runRepeatableOrder(
        pool,
        { ...by, kind: 'retry_webhook_item', arguments: { id } },
        async (database) => {
          const retried = await retryItem(pool, id);
          const item = retried === null ? null : await readWebhookItem(database, id);
          if (retried === null || item === null)
            return { kind: 'refused' as const, refusal: 'webhook_item_not_found' as const };
          for (const conversationId of retried.lookAt) handOver.soon(conversationId);
          const answer = { result: resultOf(item), new_items: retried.newItems, item };
          return { kind: 'done' as const, target: { kind: 'webhook_item', id: String(id) }, answer };
        },
      );
      return { status: 200, body: orderBody(result) };
    },
  }),
];

function resultOf(item: WebhookItem): WebhookItemRetry['result'] {
  if (item.kind === 'unknown') return 'not_understood';
  if (item.error !== null) return 'set_aside';
  return item.assigned_at === null ? 'failed' : 'assigned';
}
