import { asObject } from '../json';

/*
 * Every form in which a message of ours can leave, as people and automation give it. Ids are ours here; the ledger keeps
 * the form that WhatsApp takes, with WhatsApp's ids.
 */

/** Limits of WhatsApp; lengths as `textLength` counts them. */
export const MESSAGE_LIMITS = {
  text: 4_096,
  caption: 1_024,
  /** Of buttons and links; a list may say as much as a text. */
  interactiveBody: 1_024,
  listBody: 4_096,
  header: 60,
  footer: 60,
  buttons: 3,
  buttonTitle: 20,
  buttonId: 256,
  listRows: 10,
  listButton: 20,
  sectionTitle: 24,
  rowId: 200,
  rowTitle: 24,
  rowDescription: 72,
  linkText: 20,
} as const;

/** A file by WhatsApp's id, or by a link from which WhatsApp fetches it. */
type MediaContent = {
  readonly id?: string | undefined;
  readonly link?: string | undefined;
  readonly caption?: string | undefined;
  readonly filename?: string | undefined;
  readonly voice?: boolean | undefined;
};

type ContentByType = {
  readonly text: { readonly body: string; readonly preview_url?: boolean | undefined };
  readonly image: MediaContent;
  readonly video: MediaContent;
  readonly audio: MediaContent;
  readonly document: MediaContent;
  readonly sticker: MediaContent;
  readonly location: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string | undefined;
    readonly address?: string | undefined;
  };
  readonly contacts: readonly { readonly name: { readonly formatted_name: string } }[];
  readonly reaction: { readonly message_id: string; readonly emoji: string };
  readonly interactive: { readonly type: string; readonly body: { readonly text: string } };
  readonly template: { readonly name: string; readonly language: { readonly code: string } };
};

export type MessageType = keyof ContentByType;

/** A message to be sent: its type, and under the name of the type its content. */
export type OutgoingMessage = {
  [Type in MessageType]: { readonly type: Type } & Readonly<Record<Type, ContentByType[Type]>>;
}[MessageType];

/** A message as the ledger keeps it and WhatsApp takes it. */
export type MessageBody = Readonly<Record<string, unknown>> & { readonly type: string };

/** WhatsApp's ids of the messages that a message names by ours. */
export type NamedMessages = { readonly repliesTo: string | null; readonly reactsTo: string | null };

/** The form that WhatsApp takes. */
export function toBody(message: OutgoingMessage, named: NamedMessages): MessageBody {
  if (message.type === 'reaction')
    return { type: 'reaction', reaction: { message_id: named.reactsTo, emoji: message.reaction.emoji } };
  return named.repliesTo === null ? message : { ...message, context: { message_id: named.repliesTo } };
}

/** The words of a message of ours, whatever its type; null when it has none. */
export function wordsOf(body: Readonly<Record<string, unknown>>): string | null {
  const content = asObject(body[String(body['type'])]);
  const candidates = [content?.['body'], content?.['caption'], asObject(content?.['body'])?.['text']];
  return candidates.find((one): one is string => typeof one === 'string' && one !== '') ?? null;
}

/** WhatsApp's ids of the messages that a body quotes or reacts to. */
export function idsNamedBy(body: Readonly<Record<string, unknown>>): {
  readonly quoted: string | null;
  readonly reactedTo: string | null;
} {
  return { quoted: messageIdOf(body['context']), reactedTo: messageIdOf(body['reaction']) };
}

/**
 * Whether the buyer's message is marked as read, with the sign that somebody is writing, before this one leaves: only
 * where it answers in words. A reaction ends no typing, which would then go on for 25 s.
 */
export function announcesAnswer(send: {
  readonly type: string;
  readonly answersWhatsappId: string | null;
}): boolean {
  return send.answersWhatsappId !== null && send.type !== 'reaction';
}

function messageIdOf(value: unknown): string | null {
  const id = asObject(value)?.['message_id'];
  return typeof id === 'string' ? id : null;
}
