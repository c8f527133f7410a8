import type { Database } from '../../platform/database';
import { reportOwner } from '../../store/owner-report.store';
import { assignEvent } from './assign-event';
import { eventOf } from './event-facts';
import { insertMessage } from './insert-message';
import { findPlace, sentAtMs, toldToLook } from './item-place';
import { joinOpenEpisode } from './join-open-episode';
import type { Assignment, StoredItem } from './item';
import { noteStop } from './note-stop';
import { isFromUs, recipientsOf, sendersOf } from './named-by';
import { storedMessageSchema } from './webhook.schema';
import type { WebhookMessage } from './webhook.schema';

/**
 * A message that Meta's own agent had while we only listened: kept and shown as part of the conversation, which belongs to
 * that agent unless a person has it. What came from our number was written by that agent.
 */
export async function assignStandby(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedMessageSchema.parse(item.raw);
  const { message } = stored;
  const isOurs = item.kind === 'echo' || isFromUs(stored);
  const identifiers = isOurs ? recipientsOf(stored) : sendersOf(stored);
  const place = await findPlace(client, item, { stored, identifiers });
  if (place === null) return { kind: 'set-aside', error: isOurs ? 'no_recipient' : 'no_sender' };
  const { conversationId } = place;
  const isNew = await keepSaid(client, { item, message, conversationId, isOurs });
  const report = { report: 'standby', whatsappId: message.id, atMs: sentAtMs(item, message) } as const;
  if (isNew) await reportOwner(client, { ...report, conversationId, phoneAgent: null });
  const silenced = isNew && !isOurs ? await noteStop(client, { conversationId, message }) : [];
  return await toldToLook(client, { ...place, lookAt: [...place.lookAt, ...silenced] }, isNew);
}

type Said = {
  readonly item: StoredItem;
  readonly message: WebhookMessage;
  readonly conversationId: string;
  readonly isOurs: boolean;
};

async function keepSaid(client: Database, { isOurs, ...given }: Said): Promise<boolean> {
  const said = { ...given, author: isOurs ? 'meta' : 'buyer' } as const;
  const facts = eventOf(said.message);
  if (facts !== null) return await assignEvent(client, { ...said, facts });
  const direction = isOurs ? 'outbound' : 'inbound';
  const isNew = await insertMessage(client, { ...said, direction, isImported: false });
  if (isNew && isOurs) await joinOpenEpisode(client, said.message.id);
  return isNew;
}
