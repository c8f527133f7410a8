import { idsNamedBy, wordsOf } from '../domain/send/outgoing-message';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { enqueueEpisodeAgain } from './crm-outbox.store';
import { readNewestEpisode } from './episode.store';
import { MESSAGE_EVENTS, MESSAGE_FACTS, isoTime, telling } from './event-outbox.store';
import { withdrawEcho } from './owner-return.store';

/** A send of which it is known that it left. */
export type SaidSend = {
  readonly id: string;
  readonly conversationId: string;
  readonly episodeId: string | null;
  readonly author: string;
  readonly type: string;
  readonly body: Record<string, unknown>;
  readonly expectsAnswer: boolean;
  /** Null = only a person knows that it left; WhatsApp's id may still come with a status. */
  readonly whatsappId: string | null;
  readonly saidAtMs: number;
  /** The conversation of another buyer in which WhatsApp's echo of it was taken for a person's, locked as well. */
  readonly echoedIn?: string;
};

/** Stands for WhatsApp's id of a message until that is known; no id of WhatsApp looks like it. */
export const STAND_IN = 'send:';

/** Records a send as said in the conversation, once; true when nobody knew yet that it was. In the caller's transaction. */
export async function recordSaid(client: Database, send: SaidSend): Promise<boolean> {
  const { quoted, reactedTo } = idsNamedBy(send.body);
  const episodeId = send.episodeId ?? (await findOpenEpisode(client, send.conversationId));
  const said = await client.query(INSERT, [
    send.conversationId,
    episodeId,
    send.author,
    send.whatsappId ?? `${STAND_IN}${send.id}`,
    send.type,
    wordsOf(send.body),
    JSON.stringify(send.body),
    send.expectsAnswer,
    quoted,
    reactedTo,
    new Date(send.saidAtMs),
    send.id,
  ]);
  if (said.rowCount === 0 && !(await adoptEcho(client, { ...send, episodeId, quoted, reactedTo }))) {
    await lookAtEchoElsewhere(client, send);
    return false;
  }
  await client.query(
    `update conversation set last_activity_at = greatest(last_activity_at, now()) where id = $1`,
    [send.conversationId],
  );
  await client.query(
    `update episode
        set last_activity_at = greatest(last_activity_at, now()),
            outcome = case when closed_at is not null then outcome end,
            first_response_at = case when first_inbound_at is not null then coalesce(first_response_at, now()) end
      where id = $1`,
    [episodeId],
  );
  if (send.episodeId === null && episodeId !== null) await enqueueEpisodeAgain(client, episodeId);
  return true;
}

const FOLLOW_UP_SENT = `
   select 'follow_up.sent' as kind, 'follow_up.sent:' || follow_up.id as key, fact.conversation_id,
          jsonb_build_object('follow_up_id', follow_up.id, 'attempt', follow_up.attempt, 'send_id', fact.send_id,
            'message_id', fact.id, 'sent_at', ${isoTime('fact.sent_at')}) as facts
     from fact join follow_up on follow_up.conversation_id = fact.conversation_id and follow_up.send_id = fact.send_id`;

const INSERT = telling(
  `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, text, body, expects_answer,
      quoted_whatsapp_id, refers_to_whatsapp_id, sent_at, send_id)
   values ($1, $2, 'outbound', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
   on conflict (whatsapp_id) do nothing
   returning ${MESSAGE_FACTS}`,
  `${MESSAGE_EVENTS} union all ${FOLLOW_UP_SENT}`,
);

/**
 * WhatsApp echoed the message before anybody knew that it is ours, and it was taken for a person's on the phone app: from now
 * on it is the send's, and the conversation is whoever's it was. True when it was so.
 */
async function adoptEcho(
  client: Database,
  send: SaidSend & { readonly quoted: string | null; readonly reactedTo: string | null },
): Promise<boolean> {
  if (send.whatsappId === null) return false;
  const echoedIn = send.echoedIn ?? send.conversationId;
  const echoed = firstRow(
    await client.query<{ sent_at: Date }>(ADOPT, [
      send.conversationId,
      send.episodeId,
      send.author,
      send.whatsappId,
      send.type,
      wordsOf(send.body),
      JSON.stringify(send.body),
      send.expectsAnswer,
      send.quoted,
      send.reactedTo,
      send.id,
      echoedIn,
    ]),
  );
  if (echoed === null) return false;
  await withdrawEcho(client, {
    conversationId: echoedIn,
    whatsappId: send.whatsappId,
    atMs: echoed.sent_at.getTime(),
    isWord: false,
    report: 'own_echo',
  });
  return true;
}

/** SQL: what was taken for a person's words on the phone app. */
const IS_ECHO = `message.direction = 'outbound' and message.send_id is null and not message.is_imported and not message.is_standby`;

const ADOPT = telling(
  `update message
      set conversation_id = $1, episode_id = case when conversation_id = $1 then coalesce($2, episode_id) else $2 end, author = $3, type = $5, text = $6, body = $7, expects_answer = $8,
          quoted_whatsapp_id = $9, refers_to_whatsapp_id = $10, send_id = $11
    where whatsapp_id = $4 and conversation_id = $12 and ${IS_ECHO}
   returning ${MESSAGE_FACTS}`,
  FOLLOW_UP_SENT,
);

/**
 * The echo stands with another buyer who had the number then, and whose locks are not held here: the sweep assigns it once
 * more, which finds out that it is this send's.
 */
async function lookAtEchoElsewhere(client: Database, send: SaidSend): Promise<void> {
  await client.query(
    `update webhook_item set assigned_at = null
       from message
      where webhook_item.id = message.webhook_item_id and message.whatsapp_id = $1 and message.conversation_id <> $2
        and ${IS_ECHO}`,
    [send.whatsappId, send.conversationId],
  );
}

/** Where a message stands that was ordered before any episode was open, and left after one was. */
async function findOpenEpisode(client: Database, conversationId: string): Promise<string | null> {
  const newest = await readNewestEpisode(client, conversationId);
  return newest !== null && newest.closedAtMs === null ? newest.id : null;
}

/** Another conversation's send that an echo belongs to. */
export type StrayEcho = {
  readonly sendId: string;
  readonly echoedIn: string;
  readonly buyerIds: readonly string[];
};

/** The send of an echo that stands with another buyer than its send; null for any other. */
export async function findStrayEcho(client: Database, whatsappId: string): Promise<StrayEcho | null> {
  return firstRow(
    await client.query<StrayEcho>(
      `select send.id as "sendId", message.conversation_id as "echoedIn", array[theirs.buyer_id, ours.buyer_id] as "buyerIds"
         from message join send on send.whatsapp_id = message.whatsapp_id and send.conversation_id <> message.conversation_id
         join conversation as theirs on theirs.id = message.conversation_id
         join conversation as ours on ours.id = send.conversation_id
        where message.whatsapp_id = $1 and ${IS_ECHO}`,
      [whatsappId],
    ),
  );
}

/** Gives a message that was recorded by a person's word WhatsApp's own id, now that a status has told it. */
export async function nameSaid(client: Database, sendId: string, whatsappId: string): Promise<void> {
  await client.query(
    `update message set whatsapp_id = $2
      where send_id = $1 and whatsapp_id = $3 and not exists (select 1 from message where whatsapp_id = $2)`,
    [sendId, whatsappId, `${STAND_IN}${sendId}`],
  );
}

/** WhatsApp's id of a message of this conversation by ours; null when there is none, or it is not known. */
export async function findWhatsappId(
  client: Database,
  place: { readonly conversationId: string; readonly messageId: string },
): Promise<string | null> {
  const found = await client.query<{ whatsapp_id: string }>(
    `select whatsapp_id from message where id = $1 and conversation_id = $2 and whatsapp_id not like $3 || '%'`,
    [place.messageId, place.conversationId, STAND_IN],
  );
  return found.rows[0]?.whatsapp_id ?? null;
}
