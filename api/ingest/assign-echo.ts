import { phoneAgentOf } from '../../domain/policy/policy';
import type { Database } from '../../platform/database';
import { readActivePolicy } from '../../store/policy.store';
import type { Assignment, StoredItem } from './item';
import { assignEvent } from './assign-event';
import { eventOf } from './event-facts';
import { insertMessage } from './insert-message';
import { findPlace, sentAtMs, toldToLook } from './item-place';
import { joinOpenEpisode } from './join-open-episode';
import { recipientsOf } from './named-by';
import { takeOwnEcho } from './own-echo';
import { reportEcho } from './report-echo';
import { storedMessageSchema } from './webhook.schema';
import type { WebhookMessage } from './webhook.schema';

/** An echo is an agent writing on the phone app: a human message that takes over at once. Never an inbound message. */
export async function assignEcho(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedMessageSchema.parse(item.raw);
  const { message } = stored;
  const atMs = sentAtMs(item, message);
  const ours = await takeOwnEcho(client, { whatsappId: message.id, atMs });
  if (ours !== null) return { kind: 'assigned', lookAt: ours };
  const place = await findPlace(client, item, { stored, identifiers: recipientsOf(stored) });
  if (place === null) return { kind: 'set-aside', error: 'no_recipient' };
  const { conversationId } = place;
  const policy = (await readActivePolicy(client))?.policy ?? null;
  const phoneAgent = policy === null ? null : phoneAgentOf(policy, item.phone_number_id ?? '');
  if (!(await keepSaid(client, { item, message, conversationId, phoneAgent })))
    return await toldToLook(client, place, false);
  await reportEcho(client, {
    message,
    policy,
    reported: { conversationId, whatsappId: message.id, atMs, phoneAgent },
  });
  return await toldToLook(client, place, true);
}

type Said = {
  readonly item: StoredItem;
  readonly message: WebhookMessage;
  readonly conversationId: string;
  readonly phoneAgent: string | null;
};

/** True when somebody did something on the phone that was not known yet. */
async function keepSaid(client: Database, said: Said): Promise<boolean> {
  const facts = eventOf(said.message);
  if (facts === null) return await keepEcho(client, said);
  await assignEvent(client, { ...said, author: 'phone', facts });
  // Whoever changes or takes back a message on the phone is at the phone as well, also where nothing tells which one.
  return facts.kind !== 'notice' || ['edit', 'revoke'].includes(said.message.type);
}

async function keepEcho(client: Database, { phoneAgent, ...said }: Said): Promise<boolean> {
  const author = phoneAgent === null ? 'phone' : (`agent:${phoneAgent}` as const);
  const isNew = await insertMessage(client, { ...said, author, direction: 'outbound', isImported: false });
  if (isNew) await joinOpenEpisode(client, said.message.id);
  return isNew;
}
