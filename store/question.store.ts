import type { SendStatus } from '../domain/vocabulary';
import type { Database } from '../platform/database';
import { CONTROL_BEFORE, CONTROL_EVENTS, CONTROL_FACTS, tellingChange } from './event-outbox.store';

/** Marks the conversation as waiting for a human, with the reason. */
export async function askHuman(client: Database, conversationId: string, reasonCode: string): Promise<void> {
  await client.query(QUESTION, [conversationId, reasonCode]);
}

const QUESTION = tellingChange(
  CONTROL_BEFORE,
  `update conversation set needs_human = true, reason_code = $2 where id = $1 returning ${CONTROL_FACTS()}`,
  CONTROL_EVENTS,
);

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
  if (status === 'failed') await client.query(NOT_FAILED, [conversationId, id, reasonCode]);
}

const WITHDRAW = `
  update conversation set needs_human = false, reason_code = null
   where id = $1 and needs_human and owner <> 'unassigned'`;

const KNOWN_NOW = `${WITHDRAW} and reason_code = 'send.unconfirmed'
   and not exists (select 1 from send where conversation_id = $1 and status = 'unconfirmed')`;

const NOT_FAILED = `${WITHDRAW} and reason_code = $3
   and not exists (
     select 1 from send as other join send as this on this.id = $2
      where other.conversation_id = $1 and other.id <> this.id and other.status = 'failed' and other.reason_code = $3
        and other.episode_id is not distinct from this.episode_id)`;
