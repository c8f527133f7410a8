import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { UNTRIED_MEDIA } from './media.store';

/** A turn being worked on. */
export type Turn = {
  readonly id: string;
  readonly conversationId: string;
  readonly buyerId: string;
  readonly episodeId: string;
  readonly triggerMessageId: string;
  readonly status: 'open' | 'decided' | 'parked' | 'joined';
};

const COLUMNS = `turn.id, turn.conversation_id as "conversationId", conversation.buyer_id as "buyerId",
  turn.episode_id as "episodeId", turn.trigger_message_id as "triggerMessageId", turn.status`;

/** The turn with this id; throws when there is none, as ids come from our own steps. */
export async function readTurn(client: Database, turnId: string): Promise<Turn> {
  return onlyRow(
    await client.query<Turn>(
      `select ${COLUMNS} from turn join conversation on conversation.id = turn.conversation_id where turn.id = $1`,
      [turnId],
    ),
  );
}

/** What tells the words of a turn from any that it had before or may have later. */
export async function readVersion(client: Database, turnId: string): Promise<string> {
  const { version } = onlyRow(
    await client.query<{ version: string }>(
      `select md5(coalesce(string_agg(concat_ws(' ', id, type, to_ms(edited_at), revoked_at is not null), ',' order by id), '')) as version
         from message where turn_id = $1`,
      [turnId],
    ),
  );
  return version;
}

/** The turn of a conversation that was begun and not ended, and whether files wait that nobody has tried to fetch. */
export async function findOpenTurn(
  client: Database,
  conversationId: string,
): Promise<{ id: string; hasMedia: boolean } | null> {
  return firstRow(
    await client.query<{ id: string; hasMedia: boolean }>(
      `select id, exists (select 1 from message join media on media.message_id = message.id
                           where message.turn_id = turn.id and ${UNTRIED_MEDIA}) as "hasMedia"
         from turn where conversation_id = $1 and status = 'open'`,
      [conversationId],
    ),
  );
}

/** Begins a turn with the given messages; its first message makes it unique, so it begins once. */
export async function openTurn(
  client: Database,
  opening: {
    readonly conversationId: string;
    readonly episodeId: string;
    readonly messageIds: readonly string[];
    readonly triggerMessageId: string;
  },
): Promise<string> {
  const turn = onlyRow(
    await client.query<{ id: string }>(
      `insert into turn (conversation_id, episode_id, trigger_message_id) values ($1, $2, $3) returning id`,
      [opening.conversationId, opening.episodeId, opening.triggerMessageId],
    ),
  );
  await client.query('update message set turn_id = $1 where id = any($2)', [turn.id, opening.messageIds]);
  return turn.id;
}

/** Ends a turn as decided or parked. */
export async function endTurn(client: Database, turnId: string, status: 'decided' | 'parked'): Promise<void> {
  await client.query(`update turn set status = $2, ended_at = now() where id = $1 and status = 'open'`, [
    turnId,
    status,
  ]);
}

/** Moves to a turn the messages that recalled sends were to answer, so that both are answered together. */
export async function takeUnanswered(
  client: Database,
  taken: { readonly turnId: string; readonly recalledSendIds: readonly string[] },
): Promise<void> {
  if (taken.recalledSendIds.length === 0) return;
  await client.query(
    `update message set turn_id = $1
       from send join decision on decision.id = send.decision_id
      where send.id = any($2::uuid[]) and send.kind in ('reply', 'opt_out_question') and message.turn_id = decision.turn_id`,
    [taken.turnId, taken.recalledSendIds],
  );
}
