import { understandMessage } from '../../domain/understanding/message.understand';
import { toUnderstand } from '../../domain/understanding/said';
import type { Said } from '../../domain/understanding/said';
import { AMBIGUOUS_OPT_OUT } from '../../domain/understanding/understood';
import type { Understood } from '../../domain/understanding/understood';
import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { noteConsent } from '../../store/consent.store';
import { readOurLastBefore } from '../../store/message.store';
import { eventOf } from './event-facts';
import { textOfMessage } from './message-facts';
import { silenceBuyer } from './silence-buyer';
import type { WebhookMessage } from './webhook.schema';

/** A message of the buyer that has just been stored, live; its conversation's lock and its buyer's are held. */
type Arrived = { readonly conversationId: string; readonly message: WebhookMessage };

/**
 * Obeys an unmistakable opt-out as soon as it is assigned: nobody may write between its words and their turn, on any of
 * our numbers. It is noted with the message as evidence and with its time, so that a later opt-in holds in whatever order
 * both come. The turn does the rest; a doubtful word is left to it. Returns the conversations that must look.
 */
export async function noteStop(client: Database, { conversationId, message }: Arrived): Promise<string[]> {
  const said = wordsOf(message);
  if (said === null || !isPlain(understandMessage(toUnderstand(said, ANY_QUESTION)))) return [];
  const stored = await readStored(client, message.id);
  if (stored === null) return [];
  const { id: messageId, buyerId, sentAtMs, reactsToId } = stored;
  const ourLast = await readOurLastBefore(client, { conversationId, messageId });
  const understood = understandMessage(toUnderstand({ ...said, reactsToId }, ourLast));
  if (!isPlain(understood)) return [];
  const isOptedOut = await noteConsent(client, {
    buyerId,
    value: 'stop',
    reasonCode: understood.code,
    occurredAtMs: sentAtMs,
    evidence: { source: 'message', messageId },
  });
  return isOptedOut ? await silenceBuyer(client, buyerId) : [];
}

/** Whether a changed message may be an opt-out now: it counts, whatever became of what it said before. */
export function wishesToStop(message: WebhookMessage): boolean {
  const said = wordsOf(message);
  return said !== null && understandMessage(toUnderstand(said, null)).meaning === 'opt_out';
}

/** Without it "yes" is never a wish: most messages are told apart without a question to the database. */
const ANY_QUESTION = { id: '', expectsAnswer: false, asksOptOut: true };

function isPlain({ meaning, evidence }: Understood): boolean {
  return meaning === 'opt_out' && !evidence.includes(AMBIGUOUS_OPT_OUT);
}

/** What a message says, a changed one in its new words; null for a report. */
function wordsOf(message: WebhookMessage): Said | null {
  const facts = eventOf(message);
  if (facts === null)
    return { type: message.type, text: textOfMessage(message), body: message, reactsToId: null };
  if (facts.kind !== 'edit') return null;
  return { type: facts.type, text: facts.text, body: facts.content, reactsToId: null };
}

type Stored = { id: string; buyerId: string; sentAtMs: number; reactsToId: string | null };

async function readStored(client: Database, whatsappId: string): Promise<Stored | null> {
  return firstRow(
    await client.query<Stored>(
      `select message.id, conversation.buyer_id as "buyerId", to_ms(message.sent_at) as "sentAtMs", ours.id as "reactsToId"
         from message
         join conversation on conversation.id = message.conversation_id
         left join message as ours on message.type = 'reaction' and ours.direction = 'outbound'
                                  and ours.whatsapp_id = message.refers_to_whatsapp_id
        where message.whatsapp_id = $1 and message.direction = 'inbound' and not message.is_imported`,
      [whatsappId],
    ),
  );
}
