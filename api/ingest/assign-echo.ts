import { isHandBackKeyword } from '../../domain/owner/hand-back-keyword';
import { isNewest } from '../../domain/owner/owner.decide';
import { phoneAgentOf } from '../../domain/policy/policy';
import type { Policy } from '../../domain/policy/policy';
import type { Database } from '../../platform/database';
import { applyCommand } from '../../store/commands/apply-command';
import { lockConversation } from '../../store/conversation.store';
import { readOwnerFacts, reportOwner, setOwnerAt } from '../../store/owner-report.store';
import type { ReportedOwner } from '../../store/owner-report.store';
import { readActivePolicy } from '../../store/policy.store';
import type { Assignment, StoredItem } from './item';
import { assignEvent } from './assign-event';
import { eventOf } from './event-facts';
import { insertMessage } from './insert-message';
import { findPlace, joinOpenEpisode, sentAtMs, toldToLook } from './item-place';
import { textOfMessage } from './message-facts';
import { recipientsOf } from './named-by';
import { storedMessageSchema } from './webhook.schema';
import type { WebhookMessage } from './webhook.schema';

/** An echo is an agent writing on the phone app: a human message that takes over at once. Never an inbound message. */
export async function assignEcho(client: Database, item: StoredItem): Promise<Assignment> {
  const stored = storedMessageSchema.parse(item.raw);
  const { message } = stored;
  const place = await findPlace(client, item, { stored, identifiers: recipientsOf(message) });
  if (place === null) return { kind: 'set-aside', error: 'no_recipient' };
  const { conversationId } = place;
  const policy = (await readActivePolicy(client))?.policy ?? null;
  const phoneAgent = policy === null ? null : phoneAgentOf(policy, item.phone_number_id ?? '');
  if (!(await keepSaid(client, { item, message, conversationId, phoneAgent })))
    return await toldToLook(client, place, false);
  const atMs = sentAtMs(item, message);
  const reported: ReportedOwner = {
    conversationId,
    report: 'echo',
    whatsappId: message.id,
    atMs,
    phoneAgent,
  };
  if (policy !== null && isHandBack(message, policy)) await handBack(client, reported);
  else await reportOwner(client, reported);
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
  // Whoever changes or takes back a message on the phone is at the phone as well.
  return facts.kind !== 'notice';
}

async function keepEcho(client: Database, { phoneAgent, ...said }: Said): Promise<boolean> {
  const author = phoneAgent === null ? 'phone' : (`agent:${phoneAgent}` as const);
  const isNew = await insertMessage(client, { ...said, author, direction: 'outbound', isImported: false });
  if (isNew) await joinOpenEpisode(client, said.message.id);
  return isNew;
}

function isHandBack(message: WebhookMessage, policy: Policy): boolean {
  if (message.type !== 'text') return false;
  return isHandBackKeyword(textOfMessage(message), policy.human.hand_back_keywords ?? []);
}

/** A keyword comes after what was said in its second: whoever gives a conversation back has written before. */
const KEYWORD_LATER_MS = 1;

/** The word on the phone is the same order as the button in the console; one that is older than another order is void. */
async function handBack(client: Database, reported: ReportedOwner): Promise<void> {
  const { conversationId, phoneAgent, whatsappId } = reported;
  const atMs = reported.atMs + KEYWORD_LATER_MS;
  const { known } = await readOwnerFacts(client, conversationId);
  const row = isNewest(atMs, known.ownerAtMs) ? await lockConversation(client, conversationId) : null;
  if (row === null) return;
  await applyCommand(client, row, {
    kind: 'hand_back',
    arguments: {},
    conversationId,
    actor: phoneAgent ?? 'phone',
    // WhatsApp vouches for the phone, and nobody for who holds it.
    isVerified: false,
    idempotencyKey: `echo:${whatsappId}`,
    reason: 'hand_back_keyword',
  });
  await setOwnerAt(client, conversationId, atMs);
  // Meta's agent may have got the conversation since; its reports may come in any order.
  await reportOwner(client, { ...reported, report: 'standby' });
}
