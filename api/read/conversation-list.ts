import { conversationStatus } from '../../domain/conversation/conversation.state';
import type { Database } from '../../platform/database';
import type { ConversationListQuery, ConversationSummary } from '../contract';
import type { Position } from './cursor';
import { NAMES, namesOf } from './names';
import type { NameRow } from './names';
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
      c.next_action_at, to_char(c.last_activity_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as activity_at,
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
      where conversation_id = c.id order by sent_at desc, id desc limit 1) m on true`;

/** Conversations, the most recently active first; the page after `after`. */
export async function listConversations(
  database: Database,
  query: ConversationListQuery,
  after: Position | null,
): Promise<{ items: ConversationSummary[]; next: Position | null }> {
  const { rows } = await database.query<SummaryRow>(
    `${SUMMARY}
      where c.merged_into is null
        and ($1::text is null or exists (select 1 from buyer_identity
              where buyer_id = c.buyer_id and kind = 'wa_id' and valid_to is null and value = $1))
        and ($2::text is null or c.owner = $2)
        and ($3::boolean is null or c.needs_human = $3)
        and ($4::timestamptz is null or c.last_activity_at < $4 or (c.last_activity_at = $4 and c.id > $5::uuid))
      order by c.last_activity_at desc, c.id
      limit $6`,
    [
      query.buyer_wa_id ?? null,
      query.owner ?? null,
      query.needs_human ?? null,
      after?.at ?? null,
      after?.id ?? null,
      // One more than asked for tells whether there is a next page.
      query.limit + 1,
    ],
  );
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    items: page.map(toSummary),
    next: last === undefined ? null : { at: last.activity_at, id: last.id },
  };
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
