import { z } from 'zod';
import { parse } from './schema.parse';
import type { Depth } from './schema.parse';
import * as content from './send-content.schema';
import { interactive } from './send-interactive.schema';
import { template } from './send-template.schema';
import type { TemplateSend } from './send-template.schema';
import { WhatsAppError } from './whatsapp.errors';

/** Types that may be sent; Graph itself checks texts and files, WhatsApp the rest. */
const BODIES: Readonly<Record<string, { readonly schema: z.ZodType; readonly depth: Depth }>> = {
  text: { schema: content.text, depth: 'graph' },
  image: { schema: content.captioned, depth: 'graph' },
  video: { schema: content.captioned, depth: 'graph' },
  audio: { schema: content.audio, depth: 'graph' },
  document: { schema: content.document, depth: 'graph' },
  sticker: { schema: content.media, depth: 'graph' },
  template: { schema: template, depth: 'content' },
  interactive: { schema: interactive, depth: 'content' },
  reaction: { schema: content.reaction, depth: 'content' },
  location: { schema: content.location, depth: 'content' },
  contacts: { schema: content.contacts, depth: 'content' },
};

/** Types that exist on WhatsApp but that a business cannot send. */
const ONLY_RECEIVED = new Set(['system', 'order', 'button', 'edit', 'revoke', 'unsupported', 'voice']);
const MARK_LENGTH_MAX = 512;

const envelope = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual').optional(),
  to: z.string().optional(),
  recipient: z.string().optional(),
  type: z.string().optional(),
  context: z.looseObject({ message_id: z.string().min(1) }).optional(),
  biz_opaque_callback_data: z.string().max(MARK_LENGTH_MAX).optional(),
});

const readMark = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().min(1),
  typing_indicator: z.looseObject({ type: z.literal('text') }).optional(),
});

const USER_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

export type SendRequest = {
  readonly kind: 'message';
  readonly address: { readonly sent_to: 'phone' | 'user_id'; readonly input: string; readonly value: string };
  readonly type: string;
  readonly body: unknown;
  readonly text: string | null;
  readonly context_id: string | null;
  readonly biz_opaque_callback_data: string | null;
  readonly template: TemplateSend | null;
  /** The id of an uploaded file. */
  readonly media_id: string | null;
};
export type ReadRequest = {
  readonly kind: 'read';
  readonly message_id: string;
  readonly shows_typing: boolean;
};

/** Reads the body of POST /messages; throws Meta's error for what Meta would refuse. */
export function parseSend(body: unknown): SendRequest | ReadRequest {
  if (typeof body === 'object' && body !== null && 'status' in body) {
    const mark = parse(readMark, body, { at: '', depth: 'graph' });
    return {
      kind: 'read',
      message_id: mark.message_id,
      shows_typing: mark.typing_indicator !== undefined,
    };
  }
  const request = parse(envelope, body, { at: '', depth: 'graph' });
  const type = request.type ?? 'text';
  const address = addressOf(request);
  const content = contentOf(type, request[type]);
  return {
    kind: 'message',
    address,
    type,
    body: content,
    text: textOf(type, content),
    context_id: request.context?.message_id ?? null,
    biz_opaque_callback_data: request.biz_opaque_callback_data ?? null,
    template: type === 'template' ? template.parse(content) : null,
    media_id: mediaIdOf(content),
  };
}

function contentOf(type: string, content: unknown): unknown {
  const body = BODIES[type];
  if (body !== undefined) {
    const { schema, depth } = body;
    return parse(schema, content, { at: type, depth: content === undefined ? 'graph' : depth });
  }
  if (ONLY_RECEIVED.has(type)) throw new WhatsAppError(131051, `Message type ${type} cannot be sent.`);
  const types = Object.keys(BODIES).join(', ').toUpperCase();
  throw new WhatsAppError(100, `Param type must be one of {${types}} - got "${type}".`);
}

/** The phone number wins when both addresses are given. */
function addressOf(request: z.infer<typeof envelope>): SendRequest['address'] {
  if (request.to !== undefined && request.to !== '') {
    const digits = request.to.replace(/[\s()+-]/g, '');
    if (!/^\d{6,20}$/.test(digits)) throw new WhatsAppError(131009, `"${request.to}" is not a phone number.`);
    return { sent_to: 'phone', input: request.to, value: digits };
  }
  if (request.recipient === undefined || request.recipient === '')
    throw new WhatsAppError(100, 'The parameter to is required.');
  if (!USER_ID.test(request.recipient))
    throw new WhatsAppError(131009, `"${request.recipient}" is not a business-scoped user ID.`);
  return { sent_to: 'user_id', input: request.recipient, value: request.recipient };
}

function textOf(type: string, body: unknown): string | null {
  const text = z.looseObject({ body: z.string() }).safeParse(body);
  return type === 'text' && text.success ? text.data.body : null;
}

function mediaIdOf(body: unknown): string | null {
  return z.looseObject({ id: z.string() }).safeParse(body).data?.id ?? null;
}
