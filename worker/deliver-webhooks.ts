import { deliverWebhook } from '../activities/webhooks/deliver-webhook';
import type { DeliveryParts } from '../activities/webhooks/deliver-webhook';
import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';
import { forgetEvents, takeDeliveries } from '../store/event-delivery.store';
import type { TakenDelivery } from '../store/event-delivery.store';
import { tellOverdueAnswers } from '../store/sla.store';
import { repeat, repeatOrWake } from './repeat';

/** What an attempt may need beside the time of the receiver: reading the event and noting its fate. */
const LEASE_MARGIN_MS = 15_000;
/** How late an overdue answer is told at most; the policy gives minutes and hours. */
const OVERDUE_LOOK_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 600_000;

type Parts = Omit<DeliveryParts, 'logger'> & {
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly perSubscription: number;
  readonly lookEveryMs: number;
  readonly keptMs: number;
};

/**
 * Tells subscriptions what happened, as long as the worker lives. Any number of workers may; a receiver that is slow or away holds
 * up nobody else, and nothing here holds up a conversation. Returns the stop, which waits for the attempts under way.
 */
export function deliverWebhooks(parts: Parts): () => Promise<void> {
  const { database, logger } = parts;
  const attempts = new Attempts(parts);
  const look = repeatOrWake(
    () =>
      attempts.begin(() => {
        look.wake();
      }),
    { logger, everyMs: parts.lookEveryMs, complaint: 'webhooks wait' },
  );
  const stops = [
    look.stop,
    repeat(() => tellOverdueAnswers(database), {
      logger,
      everyMs: OVERDUE_LOOK_EVERY_MS,
      complaint: 'overdue answers are told later',
    }),
    repeat(() => forgetAll(parts), {
      logger,
      everyMs: FORGET_EVERY_MS,
      complaint: 'old events are forgotten later',
    }),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    await attempts.ended();
  };
}

/** The attempts under way in this worker. */
class Attempts {
  private readonly parts: Parts;
  private readonly running = new Set<Promise<void>>();
  private readonly counts = new Map<string, number>();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Begins everything that may be told now; each attempt that ends has made room for another one. */
  async begin(onEnd: () => void): Promise<void> {
    const taken = await takeDeliveries(this.parts.database, {
      leaseMs: this.parts.timeoutMs + LEASE_MARGIN_MS,
      perSubscription: this.parts.perSubscription,
      underWay: Object.fromEntries(this.counts),
    });
    for (const one of taken) {
      const attempt = this.attempt(one).finally(() => {
        this.running.delete(attempt);
        onEnd();
      });
      this.running.add(attempt);
    }
  }

  async ended(): Promise<void> {
    await Promise.all(this.running);
  }

  private async attempt(taken: TakenDelivery): Promise<void> {
    this.count(taken.subscriptionId, 1);
    try {
      await deliverWebhook(this.parts, taken);
    } catch (error) {
      this.parts.logger.warn(describeError(error), 'the fate of a webhook is not noted: it is told again');
    } finally {
      this.count(taken.subscriptionId, -1);
    }
  }

  private count(subscriptionId: string, change: 1 | -1): void {
    const count = (this.counts.get(subscriptionId) ?? 0) + change;
    if (count === 0) this.counts.delete(subscriptionId);
    else this.counts.set(subscriptionId, count);
  }
}

async function forgetAll({ database, keptMs }: Parts): Promise<void> {
  while (await forgetEvents(database, keptMs));
}
