import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** Reason of an opt-out that the buyer chose in WhatsApp itself. */
const STOPPED = 'stop.preference';

/** Keeps what a buyer chose in WhatsApp, as evidence; runs under the buyer's lock. */
export async function insertPreference(
  client: Database,
  preference: {
    readonly buyerId: string;
    readonly category: string | null;
    readonly value: string;
    readonly occurredAtMs: number;
    readonly raw: unknown;
    /** Null when it was told by the refusal of a send. */
    readonly webhookItemId: number | null;
  },
): Promise<void> {
  await client.query(
    `insert into buyer_preference (buyer_id, category, value, occurred_at, raw, webhook_item_id)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (webhook_item_id) do nothing`,
    [
      preference.buyerId,
      preference.category,
      preference.value,
      new Date(preference.occurredAtMs),
      JSON.stringify(preference.raw),
      preference.webhookItemId,
    ],
  );
}

/**
 * Brings the opt-out up to date with all choices of a buyer, in whatever order they were reported: a stop holds until a
 * later consent, which also ends an opt-out that was written before it. True when the buyer has opted out.
 */
export async function applyPreferences(client: Database, buyerId: string): Promise<boolean> {
  const updated = await client.query<{ is_opted_out: boolean }>(
    `with consent as (
       select coalesce(max(occurred_at), '-infinity') as at from buyer_preference
        where buyer_id = $1 and value in ('resume', 'signup')
     ), stop as (
       select min(occurred_at) as at from buyer_preference, consent
        where buyer_id = $1 and value = 'stop' and occurred_at >= consent.at
     ), standing as (
       select case when buyer.opted_out_reason is distinct from $2 and buyer.opted_out_at > consent.at then buyer.opted_out_at end as at
         from buyer, consent where buyer.id = $1
     )
     update buyer
        set opted_out_at = coalesce(standing.at, stop.at),
            opted_out_reason = case when standing.at is not null then buyer.opted_out_reason
                                    when stop.at is not null then $2 end
       from stop, standing
      where buyer.id = $1
      returning buyer.opted_out_at is not null as is_opted_out`,
    [buyerId, STOPPED],
  );
  return firstRow(updated)?.is_opted_out ?? false;
}
