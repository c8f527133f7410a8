import type { Database } from '../platform/database';
import { timeOf } from './message-order';

/** What the contact's own properties are computed from. */
export type ContactContent = {
  readonly buyerId: string;
  readonly lastInboundAtMs: number | null;
  readonly lastOutboundAtMs: number | null;
  readonly firstResponseSeconds: number | null;
  readonly needsHuman: boolean;
  readonly hasOpenEpisode: boolean;
  readonly lastDirection: 'inbound' | 'outbound' | null;
  /** Who wrote to the buyer in the latest episode. */
  readonly authors: readonly string[];
  readonly lastOutcome: string | null;
};

/** One line of a transcript. */
export type TranscriptMessage = {
  readonly episodeId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly author: string;
  readonly type: string;
  readonly text: string | null;
  readonly sentAtMs: number;
};

/** One episode as it is to be logged. */
export type EpisodeContent = {
  readonly episodeId: string;
  readonly lastActivityAtMs: number;
  readonly isClosed: boolean;
  readonly outcome: string | null;
  readonly needsHuman: boolean;
  readonly nextActionKind: string | null;
  readonly nextActionAtMs: number | null;
  readonly contactOwnerId: string | null;
  readonly messages: readonly TranscriptMessage[];
};

/** The newest state of the given buyers. */
export async function readContactContents(
  database: Database,
  buyerIds: readonly string[],
): Promise<ContactContent[]> {
  const result = await database.query<ContactContent>(
    `with latest as (
       select distinct on (c.buyer_id) c.buyer_id, c.needs_human, e.id as episode_id,
         coalesce(e.closed_at is null and e.outcome is null, false) as is_open
       from conversation c left join episode e on e.conversation_id = c.id
       where c.buyer_id = any($1::uuid[])
       order by c.buyer_id, e.last_activity_at desc nulls last, e.ordinal desc nulls last
     ), spoken as (
       select c.buyer_id,
         max((select max(m.sent_at) from message m where m.conversation_id = c.id and m.direction = 'inbound')) as inbound_at,
         max((select max(m.sent_at) from message m where m.conversation_id = c.id and m.direction = 'outbound')) as outbound_at
       from conversation c
       where c.buyer_id = any($1::uuid[]) group by c.buyer_id
     )
     select l.buyer_id as "buyerId", l.needs_human as "needsHuman",
       l.is_open as "hasOpenEpisode",
       to_ms(s.inbound_at) as "lastInboundAtMs",
       to_ms(s.outbound_at) as "lastOutboundAtMs",
       (select m.direction from message m where m.episode_id = l.episode_id
         order by ${timeOf('m', 'desc')} limit 1) as "lastDirection",
       array(select distinct m.author from message m
         where m.episode_id = l.episode_id and m.direction = 'outbound') as "authors",
       (select extract(epoch from e.first_response_at - e.first_inbound_at)::float8
         from episode e join conversation c on c.id = e.conversation_id
         where c.buyer_id = l.buyer_id and e.first_response_at >= e.first_inbound_at
         order by e.opened_at desc limit 1) as "firstResponseSeconds",
       (select coalesce(e.outcome, e.close_reason) from episode e join conversation c on c.id = e.conversation_id
         where c.buyer_id = l.buyer_id and (e.closed_at is not null or e.outcome is not null)
         order by e.opened_at desc limit 1) as "lastOutcome"
     from latest l left join spoken s on s.buyer_id = l.buyer_id`,
    [buyerIds],
  );
  return result.rows;
}

/** The given episodes with their transcripts, messages in the order they were sent. */
export async function readEpisodeContents(
  database: Database,
  episodeIds: readonly string[],
): Promise<EpisodeContent[]> {
  const episodes = await database.query<Omit<EpisodeContent, 'messages'>>(
    `select e.id as "episodeId", to_ms(e.last_activity_at) as "lastActivityAtMs",
       (e.closed_at is not null or e.outcome is not null) as "isClosed", coalesce(e.outcome, e.close_reason) as "outcome",
       c.needs_human as "needsHuman", c.next_action_kind as "nextActionKind",
       to_ms(c.next_action_at) as "nextActionAtMs",
       h.properties ->> 'hubspot_owner_id' as "contactOwnerId"
     from episode e
     join conversation c on c.id = e.conversation_id
     left join identity_link l on l.buyer_id = c.buyer_id and l.ended_at is null
     left join hubspot_contact h on h.contact_id = l.contact_id
     where e.id = any($1::uuid[])`,
    [episodeIds],
  );
  const messages = await database.query<TranscriptMessage>(
    `select episode_id as "episodeId", direction, author,
       case when revoked_at is null then type else 'revoked' end as type,
       case when revoked_at is null then text end as text,
       to_ms(sent_at) as "sentAtMs"
     from message where episode_id = any($1::uuid[]) and type <> 'edit' order by ${timeOf('message')}`,
    [episodeIds],
  );
  return episodes.rows.map((episode) => ({
    ...episode,
    messages: messages.rows.filter((message) => message.episodeId === episode.episodeId),
  }));
}
