import { randomBytes } from 'node:crypto';
import type { EventKind } from '../../domain/event/event.kinds';
import type { TransactionalDatabase } from '../../platform/database';
import { queueTestEvent } from '../event-outbox.store';
import { REPLAY_EVENTS_MAX, replayEvents } from '../event-replay.store';
import type { Replay } from '../event-replay.store';
import {
  countSubscriptions,
  endSubscription,
  insertSubscription,
  lockSubscription,
  rotateSecret,
  updateSubscription,
} from '../webhook-subscription.store';
import type { StoredSubscription, SubscriptionTerms } from '../webhook-subscription.store';
import { runOrder } from './run-order';
import type { OrderTarget } from './order-kinds';
import type { OrderBy, OrderResult } from './run-order';

/** 256 bits, within what Standard Webhooks allows. */
const SECRET_BYTES = 32;
const SECRET_MARK = 'whsec_';
/** Each one is written to with every event: more receivers than this share one that passes events on. */
const SUBSCRIPTIONS_MAX = 20;

type Facts = {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly EventKind[] | null;
  readonly include: readonly 'content'[];
  readonly enabled: boolean;
};
type NotFound = 'webhook_subscription_not_found';
type About = OrderBy & { readonly id: string };

/** Adds a subscription. Its secret is given once, beside the answer; a repetition of the order cannot give it again. */
export async function createSubscription(
  pool: TransactionalDatabase,
  order: OrderBy & SubscriptionTerms,
): Promise<{
  readonly secret: string;
  readonly result: OrderResult<Facts, 'too_many_webhook_subscriptions'>;
}> {
  const secret = randomBytes(SECRET_BYTES);
  const { url, description, events, includesContent } = order;
  const given = { url, description, events, includes_content: includesContent };
  const result = await runOrder<Facts, 'too_many_webhook_subscriptions'>(
    pool,
    { ...order, kind: 'create_webhook_subscription', arguments: given },
    async (client) => {
      if ((await countSubscriptions(client)) >= SUBSCRIPTIONS_MAX)
        return { kind: 'refused', refusal: 'too_many_webhook_subscriptions' };
      const id = await insertSubscription(client, { ...order, secret });
      return { kind: 'done', target: targetOf(id), answer: factsOf({ ...order, id, isDisabled: false }) };
    },
  );
  return { secret: shown(secret), result };
}

/** Changes what a subscription asks for; what is left out stays. */
export async function changeSubscription(
  pool: TransactionalDatabase,
  order: About & { readonly change: Partial<Omit<StoredSubscription, 'id'>> },
): Promise<OrderResult<Facts, NotFound>> {
  const { id, change } = order;
  return await runOrder(
    pool,
    { ...order, kind: 'change_webhook_subscription', arguments: { id, ...change } },
    async (client) => {
      const stored = await lockSubscription(client, id);
      if (stored === null) return { kind: 'refused', refusal: 'webhook_subscription_not_found' };
      const changed = { ...stored, ...change };
      await updateSubscription(client, changed);
      return { kind: 'done', target: targetOf(id), answer: factsOf(changed) };
    },
  );
}

/** Ends a subscription for good. */
export async function deleteSubscription(
  pool: TransactionalDatabase,
  order: About,
): Promise<OrderResult<{ readonly id: string }, NotFound>> {
  const { id } = order;
  return await runOrder(
    pool,
    { ...order, kind: 'delete_webhook_subscription', arguments: { id } },
    async (client) => {
      if ((await lockSubscription(client, id)) === null)
        return { kind: 'refused', refusal: 'webhook_subscription_not_found' };
      await endSubscription(client, order);
      return { kind: 'done', target: targetOf(id), answer: { id } };
    },
  );
}

/** Makes a new secret, which is given once; bodies are signed with the one before, too, for the given while. */
export async function rotateSubscriptionSecret(
  pool: TransactionalDatabase,
  order: About & { readonly overlapMs: number },
): Promise<{
  readonly secret: string;
  readonly result: OrderResult<{ readonly id: string; readonly previous_valid_until: string }, NotFound>;
}> {
  const secret = randomBytes(SECRET_BYTES);
  const { id, overlapMs } = order;
  const result = await runOrder<{ id: string; previous_valid_until: string }, NotFound>(
    pool,
    { ...order, kind: 'rotate_webhook_secret', arguments: { id } },
    async (client) => {
      if ((await lockSubscription(client, id)) === null)
        return { kind: 'refused', refusal: 'webhook_subscription_not_found' };
      const until = await rotateSecret(client, { id, secret, overlapMs });
      return { kind: 'done', target: targetOf(id), answer: { id, previous_valid_until: until } };
    },
  );
  return { secret: shown(secret), result };
}

/** Tells events again. */
export async function replaySubscription(
  pool: TransactionalDatabase,
  order: About & { readonly replay: Replay },
): Promise<OrderResult<{ readonly id: string; readonly replayed: number }, NotFound | 'replay_too_large'>> {
  const { id, replay } = order;
  return await runOrder(
    pool,
    { ...order, kind: 'replay_webhook_events', arguments: { id, ...replay } },
    async (client) => {
      if ((await lockSubscription(client, id)) === null)
        return { kind: 'refused', refusal: 'webhook_subscription_not_found' };
      const replayed = await replayEvents(client, id, replay);
      if (replayed > REPLAY_EVENTS_MAX) return { kind: 'refused', refusal: 'replay_too_large' };
      return { kind: 'done', target: targetOf(id), answer: { id, replayed } };
    },
  );
}

/** Sends an event that tells nothing, on the way of all others. */
export async function testSubscription(
  pool: TransactionalDatabase,
  order: About,
): Promise<OrderResult<{ readonly id: string; readonly event_id: string }, NotFound>> {
  const { id } = order;
  return await runOrder(
    pool,
    { ...order, kind: 'test_webhook_subscription', arguments: { id } },
    async (client) => {
      if ((await lockSubscription(client, id)) === null)
        return { kind: 'refused', refusal: 'webhook_subscription_not_found' };
      return {
        kind: 'done',
        target: targetOf(id),
        answer: { id, event_id: await queueTestEvent(client, id) },
      };
    },
  );
}

function targetOf(id: string): OrderTarget {
  return { kind: 'webhook_subscription', id };
}

function shown(secret: Buffer): string {
  return `${SECRET_MARK}${secret.toString('base64')}`;
}

function factsOf(subscription: StoredSubscription): Facts {
  const { id, url, description, events, includesContent, isDisabled } = subscription;
  return { id, url, description, events, include: includesContent ? ['content'] : [], enabled: !isDisabled };
}
