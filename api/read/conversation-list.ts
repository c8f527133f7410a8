import { conversationStatus } from '../../domain/conversation/conversation.state';
import type { Database } from '../../platform/database';
import { timeOf } from '../../store/message-order';
import { searchVariants } from '../../domain/identity/identity.decide';
import type { ConversationList, ConversationListQuery, ConversationSummary } from '../contract';
import { NAMES, namesOf } from './names';
import type { NameRow } from './names';
import { cursorTime, pageOf } from './page';
import { instant, instantOrNull, pausedUntil } from './values';

type SummaryRow = NameRow & {
  id: string;
  phone_number_id: string;
  owner: string;
  phone_agent: string | null;
  paused_until: Date | number | null;
  needs_human: boolean;
  reason_code: string | null;
  next_action_kind: string | null;
  next_action_at: Date | null;
  activity_at: string;
  buyer_id: string;
  wa_id: string | null;
  late_replies: number;
  expected_late_replies: number;
  episode_id: string | null;
  episode_opened_at: Date | null;
  episode_closed_at: Date | null;
  episode_outcome: string | null;
  last_direction: 'inbound' | 'outbound' | null;
};

const SUMMARY = `
  select c.id, c.phone_number_id, c.owner,
      case when c.owner = 'phone' then c.phone_agent end as phone_agent, c.paused_until, c.needs_human, c.reason_code, c.next_action_kind,
      c.next_action_at, ${cursorTime('c.last_activity_at')} as activity_at,
      b.id as buyer_id, ${NAMES}, b.late_replies, b.expected_late_replies, i.value as wa_id,
      e.id as episode_id, e.opened_at as episode_opened_at, e.closed_at as episode_closed_at,
      e.outcome as episode_outcome,
      m.direction as last_direction
    from conversation c
    join buyer b on b.id = c.buyer_id
    left join lateral (select value from buyer_identity
      where buyer_id = b.id and kind = 'wa_id' and valid_to is null order by id desc limit 1) i on true
    left join lateral (select id, opened_at, closed_at, outcome from episode
      where conversation_id = c.id order by ordinal desc limit 1) e on true
    left join lateral (select direction from message
      where conversation_id = c.id order by ${timeOf('message', 'desc')} limit 1) m on true`;

/** The rows of `domain/conversation` in SQL, so that a list can be filtered; a test holds both together. */
const STATUS = `case when c.needs_human then 'needs_human'
    when e.id is null then 'idle'
    when e.closed_at is not null or e.outcome is not null then 'closed'
    when m.direction = 'outbound' then 'waiting' else 'open' end`;

/** Conversations, the most recently active first. */
export async function listConversations(
  database: Database,
  query: ConversationListQuery,
): Promise<ConversationList> {
  const { rows } = await database.query<SummaryRow>(
    `${SUMMARY}
      where c.merged_into is null
        and ($1::text[] is null or exists (select 1 from buyer_identity
              where buyer_id = c.buyer_id and kind = 'wa_id' and valid_to is null and value = any($1)))
        and ($2::text is null or c.owner = $2)
        and ($3::boolean is null or c.needs_human = $3)
        and ($4::text is null or c.phone_number_id = $4)
        and ($5::uuid is null or c.buyer_id = (select coalesce(joined_into, id) from buyer where id = $5))
        and ($6::timestamptz is null or c.next_action_at < $6)
        and ($7::text is null or ${STATUS} = $7)
        and ($8::timestamptz is null or c.last_activity_at < $8 or (c.last_activity_at = $8 and c.id > $9::uuid))
      order by c.last_activity_at desc, c.id
      limit $10`,
    [
      query.buyer_wa_id === undefined ? null : searchVariants(query.buyer_wa_id),
      query.owner,
      query.needs_human,
      query.number_id,
      query.buyer_id,
      query.next_action_before,
      query.status,
      query.cursor?.at,
      query.cursor?.id,
      // One more than asked for tells whether there is a next page.
      query.limit + 1,
    ],
  );
  return pageOf(rows, query.limit, {
    item: toSummary,
    position: (row) => [row.activity_at, row.id],
  });
}

/** The id under which a conversation goes on, or null when there is none. */
export async function findConversation(database: Database, conversationId: string): Promise<string | null> {
  const { rows } = await database.query<{ id: string }>(
    'select coalesce(merged_into, id) as id from conversation where id = $1',
    [conversationId],
  );
  return rows[0]?.id ?? null;
}

/** One conversation as the list shows it, or null; one that was joined with another is shown as the one that goes on. */
export async function readSummary(
  database: Database,
  conversationId: string,
): Promise<ConversationSummary | null> {
  const { rows } = await database.query<SummaryRow>(
    `${SUMMARY} where c.id = (select coalesce(merged_into, id) from conversation where id = $1)`,
    [conversationId],
  );
  return rows[0] === undefined ? null : toSummary(rows[0]);
}

function toSummary(row: SummaryRow): ConversationSummary {
  return {
    id: row.id,
    buyer: {
      id: row.buyer_id,
      ...namesOf(row.name_parts),
      wa_id: row.wa_id,
      late_replies: row.late_replies,
      expected_late_replies: row.expected_late_replies,
    },
    number_id: row.phone_number_id,
    owner: row.owner,
    phone_agent: row.phone_agent,
    paused_until: pausedUntil(row.paused_until),
    status: statusOf(row),
    episode:
      row.episode_id === null || row.episode_opened_at === null
        ? null
        : {
            id: row.episode_id,
            opened_at: instant(row.episode_opened_at),
            closed_at: instantOrNull(row.episode_closed_at),
          },
    next_action:
      row.next_action_kind === null
        ? null
        : { kind: row.next_action_kind, at: instantOrNull(row.next_action_at) },
    needs_human: row.needs_human,
    reason_code: row.reason_code,
  };
}

function statusOf(row: SummaryRow): ConversationSummary['status'] {
  if (!row.needs_human && row.episode_id === null) return 'idle';
  return conversationStatus({
    needsHuman: row.needs_human,
    hasOpenEpisode: row.episode_id !== null && row.episode_closed_at === null && row.episode_outcome === null,
    lastMessageBy: row.last_direction === null ? null : row.last_direction === 'inbound' ? 'buyer' : 'us',
  });
}
