import type { MessageToUnderstand } from '../../domain/understanding/understood';
import type { TurnMessage } from '../../store/message.store';

/** Brings a stored message into the form in which its meaning is judged. */
export function toUnderstand(
  message: TurnMessage,
  ourLastMessage: { readonly expectsAnswer: boolean } | null,
): MessageToUnderstand {
  const content = asObject(message.body[message.type]);
  return {
    type: message.type,
    text: message.text,
    payloadId: payloadOf(content),
    emoji: message.type === 'reaction' ? asText(content?.['emoji']) : null,
    ourLastMessage,
  };
}

function payloadOf(content: Record<string, unknown> | null): string | null {
  const reply = asObject(content?.['button_reply']) ?? asObject(content?.['list_reply']);
  return asText(reply?.['id']) ?? asText(content?.['payload']);
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
