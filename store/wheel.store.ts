import type { PhoneDeed, Wheel } from '../domain/owner/wheel';
import type { Owner } from '../domain/vocabulary';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';

/** Who has a conversation so far, what that rests on, and what a decision about it names. */
export type OwnerFacts = {
  readonly owner: Owner;
  readonly wheel: Wheel;
  readonly buyerId: string;
  readonly episodeId: string | null;
};

/** What the owner of a conversation rests on. Read under the locks of buyer and conversation. */
export async function readOwnerFacts(client: Database, conversationId: string): Promise<OwnerFacts> {
  return onlyRow(await client.query<OwnerFacts>(FACTS, [conversationId]));
}

const FACTS = `
  with standby as (
    select max(sent_at) as at from message where conversation_id = $1 and is_standby
  ), wheel as (
    select case when ordered_at is not null
             then jsonb_build_object('owner', ordered_owner, 'atMs', to_ms(ordered_at)) end as ordered,
           case when phone_at is not null
             then jsonb_build_object('atMs', to_ms(phone_at), 'isBack', is_phone_back) end as "onPhone",
           to_ms(unassigned_at) as "unassignedAtMs", to_ms(standby.at) as "standbyAtMs",
           case when standby.at is not null then
             (select to_ms(max(sent_at)) from message
               where conversation_id = $1 and direction = 'inbound' and not is_standby and not is_imported)
           end as "deliveredAtMs"
      from conversation, standby where conversation.id = $1
  )
  select owner, buyer_id as "buyerId", to_jsonb(wheel) as wheel,
         (select id from episode where conversation_id = $1 order by ordinal desc limit 1) as "episodeId"
    from conversation, wheel where conversation.id = $1`;

/** Whatever of these comes first in the order of things done on the phone app: the newer, and at one moment what is no word. */
const IS_NEWER = '(phone_at is null or $2 > phone_at or ($2 = phone_at and not $3))';

/** Notes what was done on the phone app, as the newest thing unless something newer is known. */
export async function notePhoneDeed(
  client: Database,
  conversationId: string,
  deed: PhoneDeed & { readonly phoneAgent: string | null },
): Promise<void> {
  await client.query(
    `update conversation
        set phone_at = greatest(phone_at, $2), is_phone_back = case when ${IS_NEWER} then $3 else is_phone_back end,
            phone_agent = case when ${IS_NEWER} and not $3 then $4 else phone_agent end,
            owner_at = greatest(owner_at, $2)
      where id = $1`,
    [conversationId, new Date(deed.atMs), deed.isBack, deed.phoneAgent],
  );
}

/** Notes what was done last on the phone app, as far as is known by now; null = nothing. */
export async function setPhoneDeed(
  client: Database,
  conversationId: string,
  deed: PhoneDeed | null,
): Promise<void> {
  await client.query(
    `update conversation set phone_at = $2, is_phone_back = $3, owner_at = greatest(ordered_at, $2) where id = $1`,
    [conversationId, deed === null ? null : new Date(deed.atMs), deed?.isBack ?? false],
  );
}
