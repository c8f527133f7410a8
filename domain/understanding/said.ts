import { asObject } from '../json';
import type { MessageToUnderstand } from './understood';

/** A buyer's message as it stands in the conversation. */
export type Said = {
  /** The type WhatsApp gives it; of a changed message that of what it says now. */
  readonly type: string;
  readonly text: string | null;
  /** The message in the form of WhatsApp. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The message of ours that a reaction is about; null for all else. */
  readonly reactsToId: string | null;
};

/** The last message of ours, as far as it helps to understand an answer to it. */
export type OurLast = { readonly id: string; readonly expectsAnswer: boolean; readonly asksOptOut: boolean };

/** Kinds that WhatsApp does not pass on and that are no words: nobody waits for an answer to them. */
const UNSUPPORTED_SIGNS = new Set(['reaction', 'edit', 'pin', 'keep_in_chat', 'poll_update']);

/** Brings a message into the form in which its meaning is judged. */
export function toUnderstand(message: Said, ourLast: OurLast | null): MessageToUnderstand {
  const content = asObject(message.body[message.type]);
  // A reaction is about its own message: only on our last one it can be the answer to what we asked.
  const isAboutOlder = message.reactsToId !== null && message.reactsToId !== ourLast?.id;
  const ourLastMessage = isAboutOlder ? { expectsAnswer: false } : ourLast;
  return {
    type: isSign(message, content) ? 'system' : message.type,
    text: message.text,
    payloadId: payloadOf(content),
    description: asText(asObject(content?.['list_reply'])?.['description']),
    emoji: message.type === 'reaction' ? asText(content?.['emoji']) : null,
    ourLastMessage,
  };
}

function isSign(message: Said, content: Record<string, unknown> | null): boolean {
  return message.type === 'unsupported' && UNSUPPORTED_SIGNS.has(asText(content?.['type']) ?? '');
}

function payloadOf(content: Record<string, unknown> | null): string | null {
  const reply = asObject(content?.['button_reply']) ?? asObject(content?.['list_reply']);
  return asText(reply?.['id']) ?? asText(content?.['payload']);
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
