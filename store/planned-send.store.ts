import { UNATTENDED_AUTHOR } from '../domain/send/gate.decide';
import type { MessageBody } from '../domain/send/outgoing-message';
import type { AutomatedSendKind } from '../domain/vocabulary';
import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { arrivalOf } from './message-order';

/** A message to be sent by automation. */
export type NewSend = {
  readonly key: string;
  readonly conversationId: string;
  readonly episodeId: string;
  readonly kind: AutomatedSendKind;
  readonly status: 'planned' | 'draft';
  /** Words, or whatever else WhatsApp takes. */
  readonly content: string | MessageBody;
  readonly expectsAnswer: boolean;
  readonly answersMessageId: string | null;
  readonly epoch: number;
  readonly notAfterMs: number | null;
  /** A planned message is held for so long, for people to see and to cancel it; 0 = not at all. */
  readonly holdMs: number;
  readonly decisionId: number;
};

/** A send in the ledger, and until when it is held. */
export type PlannedSend = { readonly id: string; readonly heldUntilMs: number | null };

/** Plans an automated message; the same key is planned once and returned to everybody who comes later. */
export async function planSend(client: Database, send: NewSend): Promise<PlannedSend> {
  const body: MessageBody =
    typeof send.content === 'string' ? { type: 'text', text: { body: send.content } } : send.content;
  const isHeld = send.status === 'planned' && send.holdMs > 0;
  const planned = await client.query<PlannedSend>(
    `insert into send (key, conversation_id, episode_id, kind, author, status, type, body, expects_answer,
        answers_message_id, epoch, not_before, not_after, decision_id)
     values ($1, $2, $3, $4, 'automation', $5, $13, $6, $7, $8, $9, now() + $10 * interval '1 millisecond', $11, $12)
     on conflict (key) do nothing
     returning ${PLANNED}`,
    [
      send.key,
      send.conversationId,
      send.episodeId,
      send.kind,
      isHeld ? 'held' : send.status,
      JSON.stringify(body),
      send.expectsAnswer,
      send.answersMessageId,
      send.epoch,
      isHeld ? send.holdMs : null,
      send.notAfterMs === null ? null : new Date(send.notAfterMs),
      send.decisionId,
      body.type,
    ],
  );
  return firstRow(planned) ?? onlyRow(await client.query<PlannedSend>(BY_KEY, [send.key]));
}

/** The send under a key made of facts; null before it was planned. */
export async function findSendByKey(client: Database, key: string): Promise<PlannedSend | null> {
  return firstRow(await client.query<PlannedSend>(BY_KEY, [key]));
}

const PLANNED = `id, case when status = 'held' then to_ms(not_before) end as "heldUntilMs"`;
const BY_KEY = `select ${PLANNED} from send where key = $1`;

/**
 * Plans what a person wrote or sends again; it still has to be claimed like every send. It answers what the buyer had
 * written by then, which is marked as read when it leaves; an order from HubSpot answers nothing, as nobody read it.
 */
export async function planHumanSend(
  client: Database,
  send: {
    readonly key: string;
    readonly conversationId: string;
    readonly episodeId: string | null;
    readonly author: string;
    readonly body: MessageBody;
    readonly expectsAnswer: boolean;
    readonly epoch: number;
    readonly scheduledForMs: number | null;
    readonly repeatsSendId: string | null;
    readonly overridesOptOut: boolean;
    readonly decisionId: number;
  },
): Promise<string> {
  const inserted = await client.query<{ id: string }>(
    `insert into send (key, conversation_id, episode_id, kind, author, status, type, body, expects_answer, epoch,
        scheduled_for, not_before, repeats_send_id, decision_id, overrides_opt_out, answers_message_id)
     values ($1, $2, $3, 'human', $4, 'planned', $5, $6, $7, $8, $9, $9, $10, $11, $12,
        (select id from message
          where conversation_id = $2 and direction = 'inbound' and not is_imported and $4 <> '${UNATTENDED_AUTHOR}'
          order by ${arrivalOf('message', 'desc')} limit 1))
     returning id`,
    [
      send.key,
      send.conversationId,
      send.episodeId,
      send.author,
      send.body.type,
      JSON.stringify(send.body),
      send.expectsAnswer,
      send.epoch,
      send.scheduledForMs === null ? null : new Date(send.scheduledForMs),
      send.repeatsSendId,
      send.decisionId,
      send.overridesOptOut,
    ],
  );
  return onlyRow(inserted).id;
}
