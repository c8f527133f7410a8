import { firstRow, onlyRow } from '../platform/database';
import type { Database } from '../platform/database';

/** The newest episode of a conversation. Times in unix ms. */
export type NewestEpisode = {
  readonly id: string;
  readonly ordinal: number;
  readonly lastActivityAtMs: number;
  readonly closedAtMs: number | null;
  readonly outcome: string | null;
};

/** The newest episode, open or closed; null before the first message. */
export async function readNewestEpisode(
  client: Database,
  conversationId: string,
): Promise<NewestEpisode | null> {
  return firstRow(
    await client.query<NewestEpisode>(
      `select id, ordinal, to_ms(last_activity_at) as "lastActivityAtMs", to_ms(closed_at) as "closedAtMs", outcome
         from episode where conversation_id = $1 order by ordinal desc limit 1`,
      [conversationId],
    ),
  );
}

/** Closes the open episode, if any, with the reason and outcome; its follow-ups end with it. */
export async function closeEpisode(
  client: Database,
  close: { readonly episodeId: string; readonly reason: string; readonly outcome: string },
): Promise<void> {
  await client.query(
    `update episode set closed_at = now(), close_reason = $2, outcome = coalesce(outcome, $3)
      where id = $1 and closed_at is null`,
    [close.episodeId, close.reason, close.outcome],
  );
}

/** Notes that an open episode has come to its end, or, with null, that it goes on. */
export async function setOutcome(
  client: Database,
  episodeId: string,
  outcome: 'completed' | null,
): Promise<void> {
  await client.query('update episode set outcome = $2 where id = $1 and closed_at is null', [
    episodeId,
    outcome,
  ]);
}

/** Opens the next episode of a conversation; the one before is closed as idle if it was still open. */
export async function openEpisode(
  client: Database,
  opening: {
    readonly conversationId: string;
    readonly previous: NewestEpisode | null;
    readonly atMs: number;
  },
): Promise<NewestEpisode> {
  if (opening.previous !== null)
    await closeEpisode(client, { episodeId: opening.previous.id, reason: 'idle', outcome: 'idle' });
  return onlyRow(
    await client.query<NewestEpisode>(
      `insert into episode (conversation_id, ordinal, opened_at, last_activity_at)
       values ($1, $2, $3, $3)
       returning id, ordinal, to_ms(last_activity_at) as "lastActivityAtMs", to_ms(closed_at) as "closedAtMs", outcome`,
      [opening.conversationId, (opening.previous?.ordinal ?? 0) + 1, new Date(opening.atMs)],
    ),
  );
}

/** Notes a message of either side as activity of its episode. */
export async function touchEpisode(
  client: Database,
  touch: { readonly episodeId: string; readonly atMs: number; readonly isInbound: boolean },
): Promise<void> {
  await client.query(
    `update episode
        set last_activity_at = greatest(last_activity_at, $2),
            first_inbound_at = case when $3 then coalesce(first_inbound_at, $2) else first_inbound_at end
      where id = $1`,
    [touch.episodeId, new Date(touch.atMs), touch.isInbound],
  );
}
