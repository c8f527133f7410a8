import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { Router } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import type { Response } from 'supertest';
import { z } from 'zod';
import { createWebhookClient } from '../../activities/webhooks/webhook.client';
import { createApp } from '../../api/server';
import { createLogger } from '../../platform/logger';
import { deliverWebhooks } from '../../worker/deliver-webhooks';
import { OUTGOING, TOKENS, UNLIMITED, mediaParts } from '../api/app';
import { startTalk } from '../conversation/talk';
import type { Talk } from '../conversation/talk';
import { emptyTables } from '../support/database';
import { PATIENCE_MS, waitFor } from '../support/wait-for';
import { openReceiver } from './receiver';
import type { Receiver } from './receiver';

/** Minutes, so that the seconds in which a machine may stand still decide nothing. */
export const RETRY = { firstMs: 600_000, factor: 2, maxMs: 3_600_000, giveUpAfterMs: 18_000_000 };
export const DISABLE_AFTER_MS = 36_000_000;

/** Conversations, the API, and a worker's delivery of webhooks, on one database. */
export type House = {
  readonly talk: Talk;
  readonly receiver: Receiver;
  /** Lines that the delivery logged. */
  readonly log: Record<string, unknown>[];
  api(
    method: 'get' | 'post' | 'patch' | 'delete',
    path: string,
    sent?: { readonly json?: object; readonly key?: string },
  ): Promise<Response>;
  /** Subscribes the receiver, or somebody else; gives id and secret. */
  subscribe(terms?: object): Promise<{ id: string; secret: string }>;
  /** Begins to deliver; gives the stop. */
  deliver(options?: { perSubscription?: number }): () => Promise<void>;
  /** Waits until everything that may be told now was tried. */
  settled(): Promise<void>;
  /** Time goes by. */
  pass(ms: number): Promise<void>;
  /** Nobody delivers, nobody is subscribed, nothing was said; the receiver takes what comes. */
  clear(): Promise<void>;
  end(): Promise<void>;
};

const created = z.object({ id: z.string(), secret: z.string() });

export async function openHouse(): Promise<House> {
  const talk = await startTalk();
  const receiver = await openReceiver();
  const log: Record<string, unknown>[] = [];
  const stops = new Set<() => Promise<void>>();
  const app = createApp({
    pool: talk.pool,
    logger: createLogger('test', 'silent'),
    tokens: TOKENS,
    rateLimit: UNLIMITED,
    webhooks: Router(),
    handOver: { soon: () => undefined },
    outgoingWebhooks: OUTGOING,
    media: mediaParts(),
    readHealth: () => Promise.resolve({ isReady: true, checks: [] }),
  });
  const stopAll = async (): Promise<void> => {
    for (const stop of [...stops]) {
      stops.delete(stop);
      await stop();
    }
  };
  const api: House['api'] = async (method, path, { json, key = randomUUID() } = {}) => {
    const call = request(app)[method](`/v1/${path}`);
    call.set('Authorization', 'Bearer test-token-anna').set('Idempotency-Key', key);
    return json === undefined ? call : call.send(json);
  };
  return {
    talk,
    receiver,
    log,
    api,
    subscribe: async (terms = {}) =>
      created.parse(
        (await api('post', 'webhook-subscriptions', { json: { url: receiver.url, ...terms } })).body,
      ),
    deliver: (options) => {
      const stop = startDelivery(talk, log, options);
      stops.add(stop);
      return async () => {
        stops.delete(stop);
        await stop();
      };
    },
    settled: () => settled(talk),
    pass: (ms) => pass(talk, ms),
    clear: async () => {
      receiver.forget();
      await stopAll();
      log.length = 0;
      await emptyTables(talk.pool, TOLD_ABOUT);
      await talk.simulator.reset();
    },
    end: async () => {
      await receiver.close();
      await stopAll();
      await talk.end();
    },
  };
}

const TOLD_ABOUT = ['number', 'buyer', 'webhook_body', 'webhook_subscription', 'event_outbox', 'command'];

function startDelivery(
  talk: Talk,
  log: Record<string, unknown>[],
  { perSubscription = 8 } = {},
): () => Promise<void> {
  const lines = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log.push(z.record(z.string(), z.unknown()).parse(JSON.parse(chunk.toString('utf8'))));
      done();
    },
  });
  return deliverWebhooks({
    database: talk.pool,
    logger: pino(lines),
    webhooks: createWebhookClient({ timeoutMs: PATIENCE_MS, allowsPrivate: true }),
    retry: RETRY,
    disableAfterMs: DISABLE_AFTER_MS,
    timeoutMs: PATIENCE_MS,
    perSubscription,
    lookEveryMs: 10,
    keptMs: 30 * 86_400_000,
  });
}

async function settled(talk: Talk): Promise<void> {
  await waitFor(
    async () => {
      const open = await talk.rows<{ open: boolean }>(
        `select exists (
           select 1 from event_delivery as delivery
             join webhook_subscription as subscription on subscription.id = delivery.subscription_id
            where delivery.status = 'pending' and subscription.disabled_at is null and subscription.deleted_at is null
              and (delivery.lease_until is not null or delivery.not_before <= now() and not exists (
                select 1 from event_delivery as earlier
                 where earlier.status = 'pending' and earlier.subscription_id = delivery.subscription_id
                   and earlier.conversation_id = delivery.conversation_id and earlier.event_id < delivery.event_id))
         ) as open`,
      );
      return open[0]?.open === false;
    },
    { what: 'the webhooks to be tried', everyMs: 10 },
  );
}

/** All times of what this is about move into the past together: that is what time is to a database. */
async function pass({ pool }: Talk, ms: number): Promise<void> {
  const shifts = Object.entries(TIMES).map(([table, columns]) => {
    const moves = columns.map((column) => `${column} = ${column} - interval '${ms} milliseconds'`);
    return `update ${table} set ${moves.join(', ')}`;
  });
  await pool.query(shifts.join('; '));
}

const TIMES = {
  event_delivery: ['queued_at', 'not_before', 'lease_until', 'attempted_at', 'settled_at'],
  event_outbox: ['occurred_at'],
  webhook_subscription: ['created_at', 'failing_since', 'disabled_at'],
  webhook_secret: ['created_at', 'valid_until'],
  decision: ['decided_at'],
  message: ['sent_at', 'captured_at'],
  conversation: ['last_activity_at', 'owner_since'],
  episode: ['opened_at', 'last_activity_at'],
  follow_up: ['due_at', 'created_at'],
};
