import type { OurLast, Said } from '../domain/understanding/said';
import type { Meaning, Understood } from '../domain/understanding/understood';
import type { SendStatus } from '../domain/vocabulary';
import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { UNTRIED_MEDIA } from './media.store';
import { arrivalOf, timeOf } from './message-order';
import { MAY_HAVE_LEFT_LIST } from './send-status.lists';

/** A buyer's message that no turn has taken up yet. */
export type WaitingMessage = {
  readonly id: string;
  readonly sentAtMs: number;
  readonly capturedAtMs: number;
  readonly quotedEpisodeId: string | null;
  /** It brought files that nobody has tried to fetch yet. */
  readonly hasMedia: boolean;
};

/** Messages of the buyer that wait for a turn, oldest first. */
export async function readWaitingMessages(
  client: Database,
  conversationId: string,
): Promise<WaitingMessage[]> {
  const found = await client.query<WaitingMessage>(
    `select message.id, to_ms(message.sent_at) as "sentAtMs", to_ms(message.captured_at) as "capturedAtMs",
            quoted.episode_id as "quotedEpisodeId",
            exists (select 1 from media where media.message_id = message.id and ${UNTRIED_MEDIA}) as "hasMedia"
       from message
       left join message as quoted on quoted.whatsapp_id = coalesce(message.quoted_whatsapp_id, message.refers_to_whatsapp_id)
      where message.conversation_id = $1 and message.direction = 'inbound' and message.turn_id is null
        and not message.is_imported
      order by ${arrivalOf('message')}`,
    [conversationId],
  );
  return found.rows;
}

/** A message of a turn as its meaning is read from it. */
export type TurnMessage = Said & {
  readonly id: string;
  /** Meta's own agent had it, which answers it. */
  readonly isStandby: boolean;
};

/** The messages of a turn in the order in which they came; one that was taken back says nothing any more. */
export async function readTurnMessages(client: Database, turnId: string): Promise<TurnMessage[]> {
  const found = await client.query<TurnMessage>(
    `select message.id, message.text, message.body,
            case when message.revoked_at is not null then 'revoked'
                 when message.type = 'edit' then coalesce(message.body ->> 'type', 'text')
                 else message.type end as type,
            message.is_standby as "isStandby", ours.id as "reactsToId"
       from message
       left join message as ours on message.type = 'reaction' and ours.direction = 'outbound'
                                and ours.whatsapp_id = message.refers_to_whatsapp_id
      where message.turn_id = $1 order by ${arrivalOf('message')}`,
    [turnId],
  );
  return found.rows;
}

/** When the newest message of a turn was sent, in unix ms; null = the turn has none. */
export async function readNewestOf(client: Database, turnId: string): Promise<number | null> {
  const newest = await client.query<{ at: number | null }>(
    'select to_ms(max(sent_at)) as at from message where turn_id = $1',
    [turnId],
  );
  return onlyRow(newest).at;
}

/** Stores what a message was understood to mean, by codes. */
export async function setMeaning(client: Database, messageId: string, understood: Understood): Promise<void> {
  await client.query('update message set meaning = $2, evidence = $3 where id = $1', [
    messageId,
    understood.meaning,
    JSON.stringify([understood.code, ...understood.evidence]),
  ]);
}

/** The message of a turn that wishes to opt out or in again; the last one where several do. */
export async function readWish(
  client: Database,
  turnId: string,
  code: 'opt_out' | 'opt_in',
): Promise<{ id: string; sentAtMs: number } | null> {
  return firstRow(
    await client.query<{ id: string; sentAtMs: number }>(
      `select id, to_ms(sent_at) as "sentAtMs" from message
        where turn_id = $1 and (meaning = $2 or evidence ? $2) order by ${timeOf('message', 'desc')} limit 1`,
      [turnId, code],
    ),
  );
}

/** The last message of ours that the buyer had before them when they wrote the given one. */
export async function readOurLastBefore(
  client: Database,
  place: { readonly conversationId: string; readonly messageId: string },
): Promise<OurLast | null> {
  return firstRow(
    await client.query<OurLast>(
      `select message.id, coalesce(message.expects_answer, false) as "expectsAnswer",
              coalesce(send.kind = 'opt_out_question', false) as "asksOptOut"
         from message left join send on send.id = message.send_id
        where message.conversation_id = $1 and message.direction = 'outbound'
          and (${arrivalOf('message')}) < (select ${arrivalOf('answer')} from message as answer where answer.id = $2)
        order by ${arrivalOf('message', 'desc')} limit 1`,
      [place.conversationId, place.messageId],
    ),
  );
}

/** Facts about what was said last on both sides. Times in unix ms; null = never. */
export type LastSaid = {
  readonly lastMessageId: string | null;
  readonly lastBy: 'buyer' | 'us' | null;
  readonly lastInboundAtMs: number | null;
  readonly lastInboundMeaning: Meaning | null;
  readonly lastInboundEvidence: readonly string[];
  readonly ourLast: {
    readonly id: string;
    readonly sentAtMs: number;
    readonly expectsAnswer: boolean;
    readonly sendId: string | null;
    readonly status: SendStatus | null;
  } | null;
  readonly ourLastGapMs: number | null;
  readonly followUpsSinceInbound: number;
  readonly receiptsKnown: boolean;
  /** Until when free text may leave; null = no window ever opened. */
  readonly windowClosesAtMs: number | null;
};

const INBOUND_IS_LAST = `(${arrivalOf('inbound')}) > (${arrivalOf('last_of_ours')})`;

/** Reads what was said last. The order is that of capture: WhatsApp's own times have whole seconds only. */
export async function readLastSaid(client: Database, conversationId: string): Promise<LastSaid> {
  const found = await client.query<LastSaid>(
    `with inbound as (
       select id, sent_at, captured_at, position, meaning, evidence from message
        where conversation_id = $1 and direction = 'inbound' and not is_imported
        order by ${arrivalOf('message', 'desc')} limit 1
     ), ours as (
       select message.id, message.sent_at, message.captured_at, message.position, message.expects_answer, message.send_id, send.status
         from message left join send on send.id = message.send_id
        where message.conversation_id = $1 and message.direction = 'outbound' and not message.is_imported
        order by ${arrivalOf('message', 'desc')} limit 2
     ), last_of_ours as (
       select * from ours order by ${arrivalOf('ours', 'desc')} limit 1
     )
     select case when inbound.captured_at is null and last_of_ours.captured_at is null then null
                 when last_of_ours.captured_at is null or ${INBOUND_IS_LAST} then inbound.id
                 else last_of_ours.id end as "lastMessageId",
            case when inbound.captured_at is null and last_of_ours.captured_at is null then null
                 when last_of_ours.captured_at is null or ${INBOUND_IS_LAST} then 'buyer'
                 else 'us' end as "lastBy",
            to_ms(inbound.sent_at) as "lastInboundAtMs",
            inbound.meaning as "lastInboundMeaning",
            coalesce(inbound.evidence, '[]') as "lastInboundEvidence",
            case when last_of_ours.id is not null then jsonb_build_object('id', last_of_ours.id,
                 'sentAtMs', to_ms(last_of_ours.sent_at), 'expectsAnswer', coalesce(last_of_ours.expects_answer, false),
                 'sendId', last_of_ours.send_id, 'status', last_of_ours.status) end as "ourLast",
            (select to_ms(max(sent_at)) - to_ms(min(sent_at)) from ours
              where inbound.id is null or (${arrivalOf('ours')}) > (${arrivalOf('inbound')}) having count(*) = 2) as "ourLastGapMs",
            (select count(*) from send
              where conversation_id = $1 and kind = 'follow_up' and created_at > coalesce(inbound.captured_at, '-infinity')
                and status in ${MAY_HAVE_LEFT_LIST})
              as "followUpsSinceInbound",
            exists (select 1 from send where conversation_id = $1 and status in ('read', 'played')) as "receiptsKnown",
            to_ms(window_closes_at($1)) as "windowClosesAtMs"
       from (select 1) as one left join inbound on true left join last_of_ours on true`,
    [conversationId],
  );
  const row = firstRow(found);
  if (row === null) throw new Error('a select without a table always yields a row');
  return row;
}

/** What a prepared send does not know of. */
export type News = { readonly hasUnread: boolean; readonly hasNewerInbound: boolean };

/** For whom nothing is news. */
export const NO_NEWS: News = { hasUnread: false, hasNewerInbound: false };

/**
 * Whether something came that a prepared send does not know of: the buyer wrote, and what nobody has read yet, as no turn
 * took it up, or as a message, an answer from the phone or a choice of the buyer's was captured and not yet assigned.
 */
export async function readNews(
  client: Database,
  send: { readonly id: string; readonly buyerId: string; readonly phoneNumberId: string },
): Promise<News> {
  const found = await client.query<News>(
    `select exists (select 1 from message
                     where message.conversation_id = send.conversation_id and direction = 'inbound'
                       and not is_imported and captured_at > send.created_at) as "hasNewerInbound",
            exists (select 1 from message
                     where message.conversation_id = send.conversation_id and direction = 'inbound' and turn_id is null
                       and not is_imported)
         or exists (select 1 from webhook_item as item
                      join buyer_identity as identity
                        on identity.buyer_id = $2 and identity.valid_to is null
                       and identity.value in (item.raw #>> '{message,from}', item.raw #>> '{message,from_user_id}',
                             item.raw #>> '{message,from_parent_user_id}', item.raw #>> '{message,to}',
                             item.raw #>> '{message,to_user_id}', item.raw #>> '{message,to_parent_user_id}',
                             item.raw #>> '{preference,wa_id}', item.raw #>> '{preference,user_id}',
                             item.raw #>> '{contact,wa_id}', item.raw #>> '{contact,user_id}')
                     where item.assigned_at is null and item.error is null
                       and (item.kind = 'preference'
                            or item.kind in ('message', 'echo') and item.phone_number_id = $3)) as "hasUnread"
       from send where send.id = $1`,
    [send.id, send.buyerId, send.phoneNumberId],
  );
  return firstRow(found) ?? NO_NEWS;
}

/** Puts a message into its episode. */
export async function setEpisode(client: Database, messageId: string, episodeId: string): Promise<void> {
  await client.query('update message set episode_id = $2 where id = $1', [messageId, episodeId]);
}

/**
 * Puts into an episode that was just opened what was said for us shortly before and belongs to none: on the phone app, or by
 * Meta's agent, while the buyer's message still waited for its turn or had not come.
 */
export async function joinSaidSince(
  client: Database,
  opened: { readonly conversationId: string; readonly episodeId: string; readonly sinceMs: number },
): Promise<void> {
  await client.query(
    `update message set episode_id = $2
      where conversation_id = $1 and direction = 'outbound' and episode_id is null and not is_imported and sent_at >= $3`,
    [opened.conversationId, opened.episodeId, new Date(opened.sinceMs)],
  );
}

/** What was said to the buyer in no episode: its first message, and when it began and ended. */
type SaidOutside = { readonly messageId: string; readonly firstAtMs: number; readonly lastAtMs: number };

/** Reads what was said to the buyer in no episode since a time, null = ever; null when there is none. */
export async function readSaidOutside(
  client: Database,
  place: { readonly conversationId: string; readonly sinceMs: number | null },
): Promise<SaidOutside | null> {
  return firstRow(
    await client.query<SaidOutside>(
      `with outside as (
         select id, sent_at, captured_at, position from message
          where conversation_id = $1 and direction = 'outbound' and episode_id is null
            and not is_imported and not is_standby and type not in ('reaction', 'edit')
            and sent_at >= coalesce($2::timestamptz, '-infinity')
       )
       select id as "messageId", to_ms(sent_at) as "firstAtMs", (select to_ms(max(sent_at)) from outside) as "lastAtMs"
         from outside order by ${timeOf('outside')} limit 1`,
      [place.conversationId, place.sinceMs === null ? null : new Date(place.sinceMs)],
    ),
  );
}
