import { asObject } from '../../domain/json';
import { idIn, textOfMessage } from './message-facts';
import type { WebhookMessage } from './webhook.schema';

/** An item of `messages` or `message_echoes` that says nothing new by itself. */
export type EventFacts =
  | {
      readonly kind: 'edit';
      readonly aboutId: string;
      readonly type: string;
      readonly text: string | null;
      /** The message as it reads now, in the form of a message of its own. */
      readonly content: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'revoke'; readonly aboutId: string }
  | { readonly kind: 'notice' };

/** Never written by a person: WhatsApp reports something. */
const NOTICES = new Set(['system', 'request_welcome']);

/** What an item reports about another message or about the conversation; null for a message. */
export function eventOf(message: WebhookMessage): EventFacts | null {
  if (NOTICES.has(message.type)) return { kind: 'notice' };
  if (message.type === 'edit') return editOf(message) ?? { kind: 'notice' };
  if (message.type !== 'revoke') return null;
  const aboutId = idIn(asObject(message['revoke']), 'original_message_id');
  return aboutId === null ? { kind: 'notice' } : { kind: 'revoke', aboutId };
}

function editOf(message: WebhookMessage): EventFacts | null {
  const edit = asObject(message['edit']);
  const aboutId = idIn(edit, 'original_message_id');
  const content = asObject(edit?.['message']);
  const type = idIn(content, 'type');
  if (aboutId === null || content === null || type === null) return null;
  return { kind: 'edit', aboutId, type, text: textOfMessage({ ...content, id: message.id, type }), content };
}

/** The message that a reaction belongs to. */
export function reactedTo(message: WebhookMessage): string | null {
  return message.type === 'reaction' ? idIn(asObject(message['reaction']), 'message_id') : null;
}

/** The sender's own phone, given on our request; other contacts in a message are other people. */
export function ownPhones(message: WebhookMessage): string[] {
  if (message.type !== 'contacts') return [];
  const contacts = Array.isArray(message['contacts']) ? message['contacts'].map(asObject) : [];
  return contacts
    .filter((contact) => (contact?.['origin'] ?? message['origin']) === 'contact_request')
    .flatMap((contact) => (Array.isArray(contact?.['phones']) ? contact['phones'].map(asObject) : []))
    .map((phone) => idIn(phone, 'wa_id') ?? internationalDigits(idIn(phone, 'phone')))
    .filter((phone) => phone !== '');
}

/** Without its country code a number may be anybody's in another country. */
function internationalDigits(phone: string | null): string {
  return phone?.trim().startsWith('+') === true ? phone.replaceAll(/\D/g, '') : '';
}
