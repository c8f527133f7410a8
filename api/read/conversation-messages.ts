import { wordsOf } from '../../domain/send/outgoing-message';
import type { MessageBody } from '../../domain/send/outgoing-message';
import type { Database } from '../../platform/database';
import { timeOf } from '../../store/message-order';
import type { SendStatus } from '../../domain/vocabulary';
import { rankOfStatus } from '../../domain/send/send.state';
import type { ConversationDetail, MessageList, MessageListQuery } from '../contract';
import type { MediaLinks } from '../media-links';
import { errorShown, firstReportedError } from '../reported-error';
import { without } from '../without';
import { cursorTime, pageOf } from './page';
import { ROWS_MAX, instant, instantOrNull } from './values';

type Item<List extends 'messages' | 'events' | 'follow_ups' | 'sends' | 'waits'> =
  ConversationDetail[List][number];
type MessageRow = Omit<
  Item<'messages'>,
  'sent_at' | 'edited_at' | 'revoked_at' | 'reactions' | 'media' | 'error'
> & {
  sent_at: Date;
  edited_at: Date | null;
  revoked_at: Date | null;
  reactions: { author: string; emoji: string; at_ms: number }[];
  media: Omit<Item<'messages'>['media'][number], 'url'>[];
  send_error: unknown;
  errors: unknown;
};
type EventRow = Omit<Item<'events'>, 'at'> & { at: Date };
type FollowUpRow = Omit<Item<'follow_ups'>, 'due_at'> & { due_at: Date | null };
type SendRow = Omit<Item<'sends'>, 'created_at' | 'not_before' | 'scheduled_for' | 'text' | 'error'> & {
  created_at: Date;
  not_before: Date | null;
  scheduled_for: Date | null;
  body: MessageBody;
  error: unknown;
};
type WaitRow = Omit<Item<'waits'>, 'started_at' | 'ended_at'> & { started_at: Date; ended_at: Date | null };

/** Each side's newest reaction; one that was taken back has no emoji, as an empty text or not at all. */
const REACTIONS = `coalesce((
  select jsonb_agg(jsonb_build_object('author', author, 'emoji', emoji, 'at_ms', to_ms(sent_at)) order by sent_at)
    from (select distinct on (author) author, body #>> '{reaction,emoji}' as emoji, sent_at from message
           where type = 'reaction' and refers_to_whatsapp_id = m.whatsapp_id and conversation_id = m.conversation_id
           order by author, ${timeOf('message', 'desc')}) as newest
   where emoji <> ''), '[]')`;

/** Files in the order in which they were announced; the type is ours once the file is stored, the sender's before. */
const MEDIA = `coalesce((
  select jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'mime_type', coalesce(mime_type, announced_mime_type),
           'filename', filename, 'size_bytes', size_bytes, 'status', status, 'reason', reason_code)
           order by announced_at, id)
    from media where media.message_id = m.id), '[]')`;
const REPORTED_STATUSES: readonly SendStatus[] = ['sent', 'delivered', 'read', 'played', 'failed'];
const REPORTED_RANKS = [...REPORTED_STATUSES].sort((a, b) => rankOfStatus(a) - rankOfStatus(b));

/** How far a message got that no send of ours made: somebody wrote it on the phone app, or Meta's agent. */
const REPORTED = `
  select (array_agg(status order by rank desc nulls last, occurred_at))[1] as status,
         (array_agg(pricing order by occurred_at, status) filter (where pricing is not null))[1] as pricing,
         (array_agg(conversation order by occurred_at, status) filter (where conversation is not null))[1] as conversation,
         (array_agg(error order by occurred_at, status) filter (where error is not null))[1] as error
    from send_status left join unnest($3::text[]) with ordinality as ranked (name, rank) on ranked.name = status
   where whatsapp_id = m.whatsapp_id`;

/** What was said, in the order of WhatsApp's time; our messages with how far they came. */
export async function listMessages(
  database: Database,
  conversationId: string,
  links: Links | null = null,
): Promise<ConversationDetail['messages']> {
  const { items } = await listMessagePage(database, { conversationId, limit: ROWS_MAX }, links);
  return items.reverse();
}

type Links = Pick<MediaLinks, 'urlOf'>;

/** The same page by page, the newest first. */
export async function listMessagePage(
  database: Database,
  query: MessageListQuery & { readonly conversationId: string },
  links: Links | null,
): Promise<MessageList> {
  const { conversationId, cursor, limit } = query;
  const { rows } = await database.query<MessageRow & { at: string; captured: string; position: number }>(
    `select m.id, m.direction, m.author, m.type, m.text, m.sent_at, m.whatsapp_id, m.turn_id, m.send_id,
        m.original_text, m.edited_at, m.revoked_at, m.refers_to_whatsapp_id as refers_to,
        m.quoted_whatsapp_id as quotes, m.is_standby as standby, m.doubt, ${REACTIONS} as reactions, ${MEDIA} as media,
        case when m.direction = 'outbound' then coalesce(s.status, reported.status) end as status,
        coalesce(s.pricing, reported.pricing) as pricing,
        coalesce(s.conversation, reported.conversation) as billed_conversation,
        coalesce(s.error, reported.error) as send_error,
        case when m.direction = 'inbound' then m.body -> 'errors' end as errors,
        ${cursorTime('m.sent_at')} as at, ${cursorTime('m.captured_at')} as captured, m.position
       from message m left join send s on s.id = m.send_id
       left join lateral (${REPORTED}) as reported on m.direction = 'outbound' and m.send_id is null
      where m.conversation_id = $1 and m.type <> 'edit'
        and ($4::timestamptz is null or (${timeOf('m')}) < ($4, $5::timestamptz, $6::bigint, $7::uuid))
      order by ${timeOf('m', 'desc')} limit $2`,
    [
      conversationId,
      limit + 1,
      REPORTED_RANKS,
      cursor?.at ?? null,
      cursor?.capturedAt ?? null,
      cursor?.position ?? null,
      cursor?.id ?? null,
    ],
  );
  return pageOf(rows, limit, {
    item: (row) => toMessage(without(row, 'at', 'captured', 'position'), links),
    position: ({ at, captured, position, id }) => [at, captured, position, id],
  });
}

function toMessage(
  { send_error: sendError, errors, ...row }: MessageRow,
  links: Links | null,
): Item<'messages'> {
  return {
    ...row,
    error: errorShown(sendError) ?? firstReportedError(errors),
    sent_at: instant(row.sent_at),
    edited_at: instantOrNull(row.edited_at),
    revoked_at: instantOrNull(row.revoked_at),
    media: row.media.map((file) => ({
      ...file,
      url: file.status === 'stored' ? (links?.urlOf(file.id) ?? null) : null,
    })),
    reactions: row.reactions.map(({ author, emoji, at_ms: atMs }) => ({
      author,
      emoji,
      at: instant(new Date(atMs)),
    })),
  };
}

/** Edits, revocations and reports of WhatsApp, in the order of its time. */
export async function listEvents(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['events']> {
  const { rows } = await database.query<EventRow>(
    `select id, kind, author, type, about_whatsapp_id as about, text, sent_at as at, doubt from message_event
      where conversation_id = $1 order by sent_at desc, id desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, at: instant(row.at) }));
}

/** Planned messages after silence and what became of them. */
export async function listFollowUps(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['follow_ups']> {
  const { rows } = await database.query<FollowUpRow>(
    `select id, attempt, status, due_at, reason_code from follow_up
      where conversation_id = $1 order by created_at desc, attempt desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map((row) => ({ ...row, due_at: instantOrNull(row.due_at) }));
}

/** The send ledger. */
export async function listSends(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['sends']> {
  const { rows } = await database.query<SendRow>(
    `select id, kind, author, status, type, body, reason_code, decision_id, created_at, not_before, scheduled_for,
        whatsapp_id, pricing, conversation as billed_conversation, error
       from send
      where conversation_id = $1 order by created_at desc, id desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows.reverse().map(({ body, ...row }) => ({
    ...row,
    text: wordsOf(body),
    error: errorShown(row.error),
    created_at: instant(row.created_at),
    not_before: instantOrNull(row.not_before),
    scheduled_for: instantOrNull(row.scheduled_for),
  }));
}

/** The silences after our messages. */
export async function listWaits(
  database: Database,
  conversationId: string,
): Promise<ConversationDetail['waits']> {
  const { rows } = await database.query<WaitRow>(
    `select id, message_id, state, started_at, ended_at, ended_by, late_replies, expected_late_replies, parameter_version
       from wait where conversation_id = $1 order by id desc limit $2`,
    [conversationId, ROWS_MAX],
  );
  return rows
    .reverse()
    .map((row) => ({ ...row, started_at: instant(row.started_at), ended_at: instantOrNull(row.ended_at) }));
}
