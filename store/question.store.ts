import { isHeldBack } from '../domain/send/held-back';
import type { SendStatus } from '../domain/vocabulary';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { CONTROL_BEFORE, CONTROL_EVENTS, CONTROL_FACTS, tellingChange } from './event-outbox.store';

/** Our clock and WhatsApp's may differ by so much: what is done on the phone at that moment is not older than what we noted. */
export const CLOCKS_DIFFER_MS = 60_000;

type Question = {
  readonly conversationId: string;
  readonly reasonCode: string;
  readonly atMs: number | null;
};

/** SQL: what a person was asked has not been answered on the phone app since. */
export const isAsked = (table = 'conversation'): string =>
  `(${table}.asked_at is not null and (${table}.phone_at is null or ${table}.asked_at >= ${table}.phone_at))`;

/** Marks the conversation as waiting for a human, with the reason, because of something that has happened now. */
export async function askHuman(client: Database, conversationId: string, reasonCode: string): Promise<void> {
  await askAbout(client, { conversationId, reasonCode, atMs: null });
}

/** The same because of what was said at a time, by the clock of WhatsApp; null = now. */
export async function askAbout(client: Database, question: Question): Promise<void> {
  await noteQuestion(client, question);
  await client.query(QUESTION, [question.conversationId, question.reasonCode]);
}

const QUESTION = tellingChange(
  CONTROL_BEFORE,
  `update conversation set needs_human = true, reason_code = $2 where id = $1 returning ${CONTROL_FACTS()}`,
  CONTROL_EVENTS,
);

/** Notes what a person is asked; what was done on the phone app before we ask does not answer it. */
export async function noteQuestion(client: Database, question: Question): Promise<void> {
  const atMs = question.atMs === null ? null : new Date(question.atMs);
  await client.query(
    `update conversation
        set asked_at = greatest(asked_at, phone_at, coalesce($3, now() - $4 * interval '1 millisecond')),
            asked_reason = $2
      where id = $1`,
    [question.conversationId, question.reasonCode, atMs, CLOCKS_DIFFER_MS],
  );
}

/** Brings the question to a person up to date with what was done on the phone app, as is known by now; true when it changed. */
export async function settleQuestion(
  client: Database,
  conversationId: string,
  reasonCode: string,
): Promise<boolean> {
  const settled = await client.query(SETTLE, [conversationId, reasonCode]);
  return settled.rowCount === 1;
}

const SETTLE = tellingChange(
  CONTROL_BEFORE,
  `update conversation
      set needs_human = ${isAsked()}, reason_code = case when ${isAsked()} then asked_reason else $2 end
    where id = $1 and needs_human <> ${isAsked()}
   returning ${CONTROL_FACTS()}`,
  CONTROL_EVENTS,
);

/**
 * Whether the last "somebody will be with you", since nobody owns the conversation, did not leave only because the buyer
 * wrote or changed something before it could: then what they wrote meanwhile gets it, once.
 */
export async function isAssuranceOwed(
  client: Database,
  conversation: { readonly id: string; readonly epoch: number },
): Promise<boolean> {
  const last = firstRow(
    await client.query<{ isOwed: boolean }>(
      `select status in ('refused', 'recalled') and reason_code in ('gate.newer_message', 'turn.edited') as "isOwed"
         from send where conversation_id = $1 and kind = 'assurance' and epoch = $2
        order by created_at desc, id desc limit 1`,
      [conversation.id, conversation.epoch],
    ),
  );
  return last?.isOwed ?? false;
}

/**
 * Withdraws what people were asked because of a send as it stood before: its fate was not known, or it had failed, and now
 * more is known. The question stays where another message of the same episode asks it as well, and where it became another
 * one. After the send was changed, in the same transaction.
 */
export async function withdrawQuestion(
  client: Database,
  before: {
    readonly id: string;
    readonly conversation_id: string;
    readonly status: SendStatus;
    readonly reasonCode: string | null;
  },
): Promise<void> {
  const { id, conversation_id: conversationId, status, reasonCode } = before;
  if (status === 'unconfirmed') await client.query(KNOWN_NOW, [conversationId]);
  if (isHeldBack(before)) await client.query(NOT_HELD_BACK, [conversationId, reasonCode]);
  if (status === 'failed') await client.query(NOT_FAILED, [conversationId, id, reasonCode]);
}

const WITHDRAW = `
  update conversation set needs_human = false, reason_code = null, asked_at = null, asked_reason = null
   where id = $1 and needs_human and owner <> 'unassigned'`;

const KNOWN_NOW = `${WITHDRAW} and reason_code = 'send.unconfirmed'
   and not exists (select 1 from send where conversation_id = $1 and status = 'unconfirmed')`;

const NOT_HELD_BACK = `${WITHDRAW} and reason_code = $2
   and not exists (select 1 from send where conversation_id = $1 and status = 'accepted' and send.reason_code = $2)`;

const NOT_FAILED = `${WITHDRAW} and reason_code = $3
   and not exists (
     select 1 from send as other join send as this on this.id = $2
      where other.conversation_id = $1 and other.id <> this.id and other.status = 'failed' and other.reason_code = $3
        and other.episode_id is not distinct from this.episode_id)`;
