import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { arrivalOf } from './message-order';

/** An earlier stretch of the conversation. Times in unix ms. */
export type EarlierEpisode = {
  readonly id: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  readonly outcome: string | null;
};

/** What was known when a turn or a follow-up was decided. Times in unix ms. */
export type ContextFacts = {
  readonly isFirstContact: boolean;
  readonly earlierEpisodes: readonly EarlierEpisode[];
  readonly contactFirstName: string | null;
  readonly companyId: string | null;
  readonly deal: { readonly id: string; readonly name: string | null; readonly stage: string | null } | null;
  readonly hasOpenDeal: boolean;
  readonly lastInboundAtMs: number | null;
  readonly lastOutboundAtMs: number | null;
  readonly ourOpenQuestion: { readonly messageId: string } | null;
  readonly windowClosesAtMs: number | null;
  readonly inboundSinceOurLast: number;
  readonly repeatedQuestion: boolean;
  readonly lateReplies: number;
  readonly expectedLateReplies: number;
};

/** More of the past than this changes no decision. */
const EARLIER_EPISODES_MAX = 5;
const INBOUND_MAX = 20;

/** The last episodes before the current one, newest first. */
export async function readEarlierEpisodes(
  client: Database,
  place: { readonly conversationId: string; readonly episodeId: string | null },
): Promise<EarlierEpisode[]> {
  const found = await client.query<EarlierEpisode>(
    `select id, to_ms(opened_at) as "openedAtMs", to_ms(closed_at) as "closedAtMs", outcome
       from episode where conversation_id = $1 and id is distinct from $2 order by ordinal desc limit $3`,
    [place.conversationId, place.episodeId, EARLIER_EPISODES_MAX],
  );
  return found.rows;
}

/** How much the buyer has written since our last message, and whether they said the same thing again. */
export async function readInboundSinceOurLast(
  client: Database,
  conversationId: string,
): Promise<{ inboundSinceOurLast: number; repeatedQuestion: boolean }> {
  const found = await client.query<{ inboundSinceOurLast: number; repeatedQuestion: boolean }>(
    `with ours as (
       select captured_at, sent_at, position, id from message
        where conversation_id = $1 and direction = 'outbound' order by ${arrivalOf('message', 'desc')} limit 1
     ), since as (
       select text from message
        where conversation_id = $1 and direction = 'inbound' and type <> 'edit' and not is_imported
          and captured_at >= coalesce((select captured_at from ours), '-infinity')
          and not exists (select 1 from ours where (${arrivalOf('ours')}) > (${arrivalOf('message')}))
        order by ${arrivalOf('message', 'desc')} limit $2
     )
     select count(*) as "inboundSinceOurLast",
            count(text) > count(distinct lower(btrim(text))) as "repeatedQuestion"
       from since`,
    [conversationId, INBOUND_MAX],
  );
  return onlyRow(found);
}

/** Keeps a snapshot once per key; the first one wins and is returned. */
export async function insertSnapshot(
  client: Database,
  snapshot: {
    readonly key: string;
    readonly conversationId: string;
    readonly identityLinkId: number;
    readonly facts: ContextFacts;
    readonly factsAgeSeconds: number | null;
    readonly isStale: boolean;
  },
): Promise<Snapshot> {
  const inserted = await client.query<Snapshot>(
    `insert into context_snapshot (key, conversation_id, identity_link_id, facts, facts_age_seconds, is_stale)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (key) do nothing
     returning ${SNAPSHOT}`,
    [
      snapshot.key,
      snapshot.conversationId,
      snapshot.identityLinkId,
      JSON.stringify(snapshot.facts),
      snapshot.factsAgeSeconds,
      snapshot.isStale,
    ],
  );
  return firstRow(inserted) ?? onlyRow(await client.query<Snapshot>(BY_KEY, [snapshot.key]));
}

const SNAPSHOT = 'id, identity_link_id as "identityLinkId", facts';
const BY_KEY = `select ${SNAPSHOT} from context_snapshot where key = $1`;

/** A snapshot as kept. */
export type Snapshot = { readonly id: number; readonly identityLinkId: number; readonly facts: ContextFacts };

/** The snapshot under a key; null before it was taken. */
export async function readSnapshot(client: Database, key: string): Promise<Snapshot | null> {
  return firstRow(await client.query<Snapshot>(BY_KEY, [key]));
}
