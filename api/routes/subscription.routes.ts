import {
  changeSubscription,
  createSubscription,
  deleteSubscription,
  replaySubscription,
  rotateSubscriptionSecret,
  testSubscription,
} from '../../store/commands/webhook-subscription';
import { refuseWebhookUrl } from '../../platform/public-address';
import {
  changeSubscriptionAnswer,
  changeSubscriptionRequest,
  createSubscriptionAnswer,
  createSubscriptionRequest,
  deleteSubscriptionAnswer,
  deliveryList,
  deliveryListQuery,
  idParam,
  replayAnswer,
  replayRequest,
  rotateSecretAnswer,
  subscription,
  subscriptionList,
  subscriptionListQuery,
  subscriptionOrder,
  testSubscriptionAnswer,
} from '../contract';
import type { RouteParts } from '../dependencies';
import { ApiProblem } from '../errors';
import { listDeliveries, listSubscriptions, readSubscription } from '../read/subscriptions';
import { PLAIN, command, read } from '../route';
import type { Route } from '../route';
import { orderBody } from './command-door';

/** They decide who gets to see what buyers say. */
const COMMON = { ...PLAIN, tag: 'Webhook subscriptions', scope: 'admin' } as const;
const LIST = '/v1/webhook-subscriptions';
const ONE = `${LIST}/{id}`;
const REFUSALS = ['webhook_subscription_not_found', 'idempotency_key_reused'] as const;

const reads: readonly Route[] = [
  read({
    ...COMMON,
    id: 'list-webhook-subscriptions',
    method: 'get',
    path: LIST,
    summary: 'Webhook subscriptions, the newest first',
    query: subscriptionListQuery,
    answers: { 200: { description: 'A page of subscriptions.', schema: subscriptionList } },
    handle: async ({ query }, { pool }) => ({ status: 200, body: await listSubscriptions(pool, query) }),
  }),
  read({
    ...COMMON,
    id: 'read-webhook-subscription',
    method: 'get',
    path: ONE,
    summary: 'One webhook subscription',
    params: idParam,
    answers: { 200: { description: 'The subscription.', schema: subscription } },
    problems: ['webhook_subscription_not_found'],
    handle: async ({ params }, { pool }) => ({ status: 200, body: await find(pool, params.id) }),
  }),
  read({
    ...COMMON,
    id: 'list-webhook-deliveries',
    method: 'get',
    path: `${ONE}/deliveries`,
    summary: 'What a subscription was told and what waits, the newest event first',
    description: 'status=dead lists the dead letters.',
    params: idParam,
    query: deliveryListQuery,
    answers: { 200: { description: 'A page of deliveries.', schema: deliveryList } },
    problems: ['webhook_subscription_not_found'],
    handle: async ({ params, query }, { pool }) => {
      await find(pool, params.id);
      return { status: 200, body: await listDeliveries(pool, params.id, query) };
    },
  }),
];

const changes: readonly Route[] = [
  command({
    ...COMMON,
    id: 'create-webhook-subscription',
    orders: 'create_webhook_subscription',
    method: 'post',
    path: LIST,
    summary: 'Have events posted to an address',
    description: 'The secret that signs them stands in this answer and nowhere else.',
    body: createSubscriptionRequest,
    answers: { 201: { description: 'Made.', schema: createSubscriptionAnswer } },
    problems: ['idempotency_key_reused', 'too_many_webhook_subscriptions'],
    handle: async ({ body: given, actor, idempotencyKey }, { pool, outgoingWebhooks }) => {
      requireUrl(given.url, outgoingWebhooks);
      const { secret, result } = await createSubscription(pool, {
        url: given.url,
        description: given.description,
        events: given.events,
        includesContent: given.include.length > 0,
        reason: given.reason ?? null,
        actor,
        idempotencyKey,
      });
      const body = orderBody(result);
      return { status: 201, body: { ...body, secret: body.repeated ? null : secret } };
    },
  }),
  command({
    ...COMMON,
    id: 'change-webhook-subscription',
    orders: 'change_webhook_subscription',
    method: 'patch',
    path: ONE,
    summary: 'Change, disable or enable a webhook subscription',
    description: 'What is left out stays. Events that waited while it was disabled go on in their order.',
    params: idParam,
    body: changeSubscriptionRequest,
    answers: { 200: { description: 'Changed.', schema: changeSubscriptionAnswer } },
    problems: REFUSALS,
    handle: async ({ params, body: given, actor, idempotencyKey }, { pool, outgoingWebhooks }) => {
      if (given.url !== undefined) requireUrl(given.url, outgoingWebhooks);
      const { url, description, events, include, enabled, reason = null } = given;
      const change = {
        ...(url === undefined ? {} : { url }),
        ...(description === undefined ? {} : { description }),
        ...(events === undefined ? {} : { events }),
        ...(include === undefined ? {} : { includesContent: include.length > 0 }),
        ...(enabled === undefined ? {} : { isDisabled: !enabled }),
      };
      const order = { id: params.id, change, reason, actor, idempotencyKey };
      return { status: 200, body: orderBody(await changeSubscription(pool, order)) };
    },
  }),
  command({
    ...COMMON,
    id: 'delete-webhook-subscription',
    orders: 'delete_webhook_subscription',
    method: 'delete',
    path: ONE,
    summary: 'End a webhook subscription for good',
    params: idParam,
    body: subscriptionOrder,
    answers: { 200: { description: 'Ended: nothing more is posted.', schema: deleteSubscriptionAnswer } },
    problems: REFUSALS,
    handle: async ({ params: { id }, body: { reason = null }, actor, idempotencyKey }, { pool }) => ({
      status: 200,
      body: orderBody(await deleteSubscription(pool, { id, reason, actor, idempotencyKey })),
    }),
  }),
];

const orders: readonly Route[] = [
  command({
    ...COMMON,
    id: 'rotate-webhook-secret',
    orders: 'rotate_webhook_secret',
    method: 'post',
    path: `${ONE}/rotate-secret`,
    summary: 'Make a new secret',
    description:
      'Bodies bear the signatures of both secrets for a while, so that the receiver can change over. A second rotation ends the while of the first.',
    params: idParam,
    body: subscriptionOrder,
    answers: { 200: { description: 'Rotated.', schema: rotateSecretAnswer } },
    problems: REFUSALS,
    handle: async (
      { params: { id }, body: { reason = null }, actor, idempotencyKey },
      { pool, outgoingWebhooks },
    ) => {
      const overlapMs = outgoingWebhooks.secretOverlapMs;
      const order = { id, reason, actor, idempotencyKey, overlapMs };
      const { secret, result } = await rotateSubscriptionSecret(pool, order);
      const body = orderBody(result);
      return { status: 200, body: { ...body, secret: body.repeated ? null : secret } };
    },
  }),
  command({
    ...COMMON,
    id: 'replay-webhook-events',
    orders: 'replay_webhook_events',
    method: 'post',
    path: `${ONE}/replay`,
    summary: 'Tell events again',
    description:
      'Dead letters, or all events of a time, under the ids that they have and in their order; what was told already is told again.',
    params: idParam,
    body: replayRequest,
    answers: { 200: { description: 'Queued.', schema: replayAnswer } },
    problems: [...REFUSALS, 'replay_too_large'],
    handle: async ({ params: { id }, body: given, actor, idempotencyKey }, { pool }) => {
      const { which, since = null, until = null, event_ids: eventIds = null, reason = null } = given;
      const replay = { which, since, until, eventIds };
      return {
        status: 200,
        body: orderBody(await replaySubscription(pool, { id, replay, reason, actor, idempotencyKey })),
      };
    },
  }),
  command({
    ...COMMON,
    id: 'test-webhook-subscription',
    orders: 'test_webhook_subscription',
    method: 'post',
    path: `${ONE}/test`,
    summary: 'Post an event that tells nothing',
    description:
      'It goes the way of all events; what came of it stands in the deliveries under the "event_id".',
    params: idParam,
    body: subscriptionOrder,
    answers: { 200: { description: 'Queued.', schema: testSubscriptionAnswer } },
    problems: REFUSALS,
    handle: async ({ params: { id }, body: { reason = null }, actor, idempotencyKey }, { pool }) => ({
      status: 200,
      body: orderBody(await testSubscription(pool, { id, reason, actor, idempotencyKey })),
    }),
  }),
];

/** Outgoing webhooks: who is told, what they were told, and telling them again. */
export const subscriptionRoutes: readonly Route[] = [...reads, ...changes, ...orders];

async function find(pool: RouteParts['pool'], id: string) {
  const found = await readSubscription(pool, id);
  if (found === null) throw new ApiProblem('webhook_subscription_not_found');
  return found;
}

function requireUrl(url: string, { allowsPrivate }: RouteParts['outgoingWebhooks']): void {
  const message = refuseWebhookUrl(url, allowsPrivate);
  if (message === null) return;
  throw new ApiProblem('invalid_request', { errors: [{ in: 'body', path: ['url'], message }] });
}
