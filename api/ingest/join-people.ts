import type { Database } from '../../platform/database';
import { lockLiving } from '../../store/conversation.store';
import { requestLooks } from '../../store/look.store';
import { askHuman } from '../../store/question.store';
import { joinBuyers } from './join-buyers';

/** Whom an item is about, the last join that it made, and the conversations that must look. */
type People = { readonly buyerId: string; readonly joinId: number | null; readonly lookAt: string[] };

/**
 * Joins the buyers that an item names, who are locked and given by the strength of what named them. A person's word is
 * never undone by evidence: who was told apart by hand stays apart, the item goes to the one it names best, and a person
 * is asked. Null when there is nobody.
 */
export async function joinPeople(
  client: Database,
  people: readonly string[],
  webhookItemId: number | null,
): Promise<People | null> {
  const [named, ...others] = people;
  if (named === undefined) return null;
  let buyerId = named;
  let joinId: number | null = null;
  const lookAt: string[] = [];
  for (const otherId of others) {
    if (await wereToldApart(client, buyerId, otherId)) {
      lookAt.push(...(await askWhoIsWho(client, [buyerId, otherId])));
      continue;
    }
    const [survivingId, joinedId] = await byAge(client, buyerId, otherId);
    const made = await joinBuyers(client, { survivingId, joinedId, webhookItemId });
    lookAt.push(...made.lookAt);
    buyerId = survivingId;
    joinId = made.joinId;
  }
  return { buyerId, joinId, lookAt };
}

/** Whether a person has undone a join of these two, or of two who are part of them by now. */
async function wereToldApart(client: Database, one: string, other: string): Promise<boolean> {
  const undone = await client.query(
    `select 1 from buyer_join
       join buyer as surviving on surviving.id = surviving_buyer_id
       join buyer as joined on joined.id = joined_buyer_id
      where undone_at is not null
        and array[coalesce(surviving.joined_into, surviving.id), coalesce(joined.joined_into, joined.id)] in (
          array[$1::uuid, $2::uuid], array[$2::uuid, $1::uuid])
      limit 1`,
    [one, other],
  );
  return undone.rowCount === 1;
}

/** The conversations in which a person is asked. */
async function askWhoIsWho(client: Database, buyerIds: readonly string[]): Promise<string[]> {
  const conversationIds = await lockLiving(client, buyerIds);
  for (const id of conversationIds) await askHuman(client, id, 'identity.kept_apart');
  await requestLooks(client, conversationIds);
  return conversationIds;
}

/** The buyer known longer survives. */
export async function byAge(client: Database, one: string, other: string): Promise<[string, string]> {
  const { rows } = await client.query<{ id: string }>(
    'select id from buyer where id = any($1) order by created_at, id',
    [[one, other]],
  );
  return rows[0]?.id === other ? [other, one] : [one, other];
}
