import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { FOLLOW_UP_EVENTS, FOLLOW_UP_FACTS, telling } from './event-outbox.store';

/** A follow-up that is planned. */
export type PlannedFollowUp = { readonly id: string; readonly attempt: number; readonly dueAtMs: number };

/** The next planned follow-up of a conversation. */
export async function readPlannedFollowUp(
  client: Database,
  conversationId: string,
): Promise<PlannedFollowUp | null> {
  return firstRow(
    await client.query<PlannedFollowUp>(
      `select id, attempt, to_ms(due_at) as "dueAtMs" from follow_up
        where conversation_id = $1 and status = 'planned' order by due_at limit 1`,
      [conversationId],
    ),
  );
}

/** Whether it is decided what the silence after this message leads to. */
export async function isSilenceJudged(client: Database, messageId: string): Promise<boolean> {
  const found = await client.query('select 1 from follow_up where after_message_id = $1 limit 1', [
    messageId,
  ]);
  return found.rowCount === 1;
}

/** Ends what was planned, as any reply of the buyer does, and names it. */
export async function endFollowUps(
  client: Database,
  conversationId: string,
  reasonCode: string,
): Promise<string[]> {
  const ended = await client.query<{ id: string }>(END, [conversationId, reasonCode]);
  return ended.rows.map((row) => row.id);
}

const END = telling(
  `update follow_up set status = 'ended', reason_code = $2, ended_at = now()
    where conversation_id = $1 and status = 'planned'
   returning ${FOLLOW_UP_FACTS}`,
  FOLLOW_UP_EVENTS,
);

/** Stores the verdict on the silence after a message of ours, once per message and attempt. */
export async function insertFollowUp(
  client: Database,
  followUp: {
    readonly conversationId: string;
    readonly episodeId: string;
    readonly afterMessageId: string;
    readonly attempt: number;
    readonly status: 'planned' | 'skipped';
    readonly dueAtMs: number | null;
    readonly reasonCode: string;
    readonly decisionId: number;
  },
): Promise<void> {
  await client.query(INSERT, [
    followUp.conversationId,
    followUp.episodeId,
    followUp.afterMessageId,
    followUp.attempt,
    followUp.status,
    followUp.dueAtMs === null ? null : new Date(followUp.dueAtMs),
    followUp.reasonCode,
    followUp.decisionId,
  ]);
}

const INSERT = telling(
  `insert into follow_up (conversation_id, episode_id, after_message_id, attempt, status, due_at, reason_code,
      plan_decision_id, ended_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, case when $5 = 'skipped' then now() end)
   on conflict (after_message_id, attempt) do nothing
   returning ${FOLLOW_UP_FACTS}`,
  FOLLOW_UP_EVENTS,
);

/** Notes what became of a follow-up when it was due; one that is put off stays planned. */
export async function settleFollowUp(
  client: Database,
  settled: {
    readonly id: string;
    readonly status: 'planned' | 'sent' | 'skipped';
    readonly reasonCode: string;
    readonly decisionId: number;
    readonly dueAtMs: number | null;
    readonly sendId: string | null;
  },
): Promise<void> {
  await client.query(SETTLE, [
    settled.id,
    settled.status,
    settled.reasonCode,
    settled.decisionId,
    settled.dueAtMs === null ? null : new Date(settled.dueAtMs),
    settled.sendId,
  ]);
}

const SETTLE = telling(
  `update follow_up
      set status = $2, reason_code = $3, due_decision_id = $4, due_at = coalesce($5, due_at), send_id = $6,
          ended_at = case when $2 = 'planned' then null else now() end
    where id = $1 and status = 'planned'
   returning ${FOLLOW_UP_FACTS}`,
  FOLLOW_UP_EVENTS,
);
