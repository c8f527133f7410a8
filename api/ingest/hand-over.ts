import type { Client } from '@temporalio/client';
import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { describeError } from '../../platform/logger';
import type { Logger } from '../../platform/logger';
import { handOversTotal } from '../../platform/metrics';
import { bindTrace } from '../../platform/tracing';
import type { conversation } from '../../workflows';
import { CONVERSATION_WORKFLOW, TASK_QUEUES, conversationWorkflowId, look } from '../../workflows/contract';
import { createBreaker } from './breaker';

/** Tells a conversation's workflow that something new stands in Postgres. */
export interface HandOver {
  /** Asks for a hand-over soon; returns at once and never fails: what is not handed over is found by the sweep. */
  soon(conversationId: string): void;
  /** Conversations that wait to be handed over in this process. */
  waitingCount(): number;
  /** Resolves when nothing is under way any more. */
  drained(): Promise<void>;
}

export type HandOverSettings = {
  /** A Temporal that does not answer within this time counts as away. */
  readonly deadlineMs: number;
  /** Longer than the deadline, so that a lease never ends while its call is under way. */
  readonly leaseMs: number;
  /** Calls under way at once; more only wait longer inside Temporal. */
  readonly concurrencyMax: number;
};

const HAND_OVER_SETTINGS: HandOverSettings = { deadlineMs: 2_000, leaseMs: 5_000, concurrencyMax: 50 };

/**
 * Promises: at most one signal under way per conversation over all API processes (a lease in Postgres); one signal for
 * all that waits; nothing left behind (released first, then looked at again); a Temporal that is away is left
 * alone for growing pauses.
 */
export function createHandOver(parts: {
  readonly database: Database;
  readonly temporal: Client;
  readonly logger: Logger;
  readonly settings?: HandOverSettings;
}): HandOver {
  const settings = parts.settings ?? HAND_OVER_SETTINGS;
  // Each with the trace of the webhook that asked for it.
  const waiting = new Map<string, (work: () => Promise<void>) => Promise<void>>();
  const underWay = new Set<Promise<void>>();
  const breaker = createBreaker();

  const pump = (): void => {
    while (underWay.size < settings.concurrencyMax && waiting.size > 0 && breaker.allows(Date.now())) {
      const [next] = waiting;
      if (next === undefined) return;
      const [conversationId, inItsTrace] = next;
      waiting.delete(conversationId);
      const work = inItsTrace(() => handOver(conversationId)).finally(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
    // While Temporal is away the sweep remembers; a list that grows with the outage would not help.
    if (!breaker.allows(Date.now())) waiting.clear();
  };

  const handOver = async (conversationId: string): Promise<void> => {
    try {
      let lease = await takeLease(parts.database, conversationId, settings.leaseMs);
      while (lease !== null) {
        const { wanted } = lease;
        const failure = await tell(parts.temporal, conversationId, settings.deadlineMs);
        if (failure === null) breaker.succeeded();
        else {
          breaker.failed(Date.now());
          parts.logger.warn({ conversationId, ...failure }, 'hand-over failed, the sweep tries again');
          await releaseLease(parts.database, conversationId, null);
          return;
        }
        const isMoreWanted = await releaseLease(parts.database, conversationId, wanted);
        lease = isMoreWanted ? await takeLease(parts.database, conversationId, settings.leaseMs) : null;
      }
    } catch (error) {
      // Postgres is away: the lease ends by itself and the sweep finds the conversation.
      parts.logger.warn({ conversationId, ...describeError(error) }, 'hand-over interrupted');
    }
  };

  return {
    soon(conversationId) {
      waiting.set(conversationId, bindTrace());
      pump();
    },
    waitingCount: () => waiting.size,
    async drained() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Conversations not handed over for `olderThanMs`, oldest first. */
export async function findNotHandedOver(
  database: Database,
  olderThanMs: number,
  countMax: number,
): Promise<string[]> {
  const found = await database.query<{ id: string }>(
    `select id from conversation
      where look_given < look_wanted
        and look_wanted_at < now() - $1 * interval '1 millisecond'
        and (look_lease_until is null or look_lease_until < now())
      order by look_wanted_at
      limit $2
      for update skip locked`,
    [olderThanMs, countMax],
  );
  return found.rows.map((row) => row.id);
}

/** Shown by the Temporal UI beside what the workflow tells about itself. */
const OPERATOR_HELP = [
  'Signals for operators: `takeOver`, `handBack`, `pause`, `resume`, `skipFollowUp`.',
  'The conversation itself stands in Postgres; agents see it through the API.',
  'More: `docs/operate.md`.',
].join('\n\n');

/** Signals the workflow; gives null, or why it could not be done. */
async function tell(
  temporal: Client,
  conversationId: string,
  deadlineMs: number,
): Promise<ReturnType<typeof describeError> | null> {
  try {
    await temporal.withDeadline(Date.now() + deadlineMs, () => signal(temporal, conversationId));
    handOversTotal.inc({ outcome: 'done' });
    return null;
  } catch (error) {
    handOversTotal.inc({ outcome: 'failed' });
    return describeError(error);
  }
}

async function signal(temporal: Client, conversationId: string): Promise<void> {
  await temporal.workflow.signalWithStart<typeof conversation>(CONVERSATION_WORKFLOW, {
    workflowId: conversationWorkflowId(conversationId),
    taskQueue: TASK_QUEUES.conversation,
    args: [conversationId],
    signal: look,
    signalArgs: [],
    staticSummary: 'conversation of a number and a buyer',
    staticDetails: OPERATOR_HELP,
  });
}

async function takeLease(
  database: Database,
  conversationId: string,
  leaseMs: number,
): Promise<{ wanted: number } | null> {
  return firstRow(
    await database.query<{ wanted: number }>(
      `update conversation set look_lease_until = now() + $2 * interval '1 millisecond'
        where id = $1 and look_given < look_wanted and (look_lease_until is null or look_lease_until < now())
        returning look_wanted as wanted`,
      [conversationId, leaseMs],
    ),
  );
}

/** Gives the lease back, noting what was handed over, and tells in the same statement whether more is wanted by now. */
async function releaseLease(
  database: Database,
  conversationId: string,
  given: number | null,
): Promise<boolean> {
  const released = await database.query<{ is_more_wanted: boolean }>(
    `update conversation
        set look_lease_until = null,
            look_given = greatest(look_given, coalesce($2, look_given)),
            look_wanted_at = case when look_wanted > coalesce($2, look_given) then look_wanted_at end
      where id = $1
      returning look_given < look_wanted as is_more_wanted`,
    [conversationId, given],
  );
  return firstRow(released)?.is_more_wanted ?? false;
}
