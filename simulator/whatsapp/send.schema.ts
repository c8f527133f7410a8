import { z } from 'zod';
import { WhatsAppError } from './whatsapp.errors';

const media = z.looseObject({
  id: z.string().min(1).optional(),
  link: z.url().optional(),
  caption: z.string().max(1024).optional(),
});
const oneSource = media.refine(
  ({ id, link }) => id !== undefined || link !== undefined,
  'Either id or link is required.',
);

const BODIES: Readonly<Record<string, z.ZodType>> = {
  text: z.looseObject({ body: z.string().min(1).max(4096), preview_url: z.boolean().optional() }),
  template: z.looseObject({
    name: z.string().min(1),
    language: z.looseObject({ code: z.string().min(1) }),
    components: z.array(z.looseObject({ type: z.string() })).optional(),
  }),
  interactive: z.looseObject({ type: z.string().min(1), action: z.looseObject({}) }),
  reaction: z.looseObject({ message_id: z.string().min(1), emoji: z.string().optional() }),
  location: z.looseObject({
    latitude: z.union([z.number(), z.string()]),
    longitude: z.union([z.number(), z.string()]),
  }),
  contacts: z.array(z.looseObject({ name: z.looseObject({ formatted_name: z.string() }) })).min(1),
  image: oneSource,
  video: oneSource,
  audio: oneSource,
  document: oneSource,
  sticker: oneSource,
};

const envelope = z.looseObject({
  messaging_product: z.literal('whatsapp'),
  recipient_type: z.literal('individual').optional(),
  to: z.string().optional(),
  recipient: z.string().optional(),
  type: z.string().optional(),
  context: z.looseObject({ message_id: z.string().min(1) }).optional(),
  biz_opaque_callback_data: z.string().max(512).optional(),
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
  readonly template: { readonly name: string; readonly language: string } | null;
};
export type ReadRequest = { readonly kind: 'read'; readonly message_id: string };

/** Reads the body of POST /messages; throws Meta's error for what Meta would refuse. */
export function parseSend(body: unknown): SendRequest | ReadRequest {
  if (typeof body === 'object' && body !== null && 'status' in body) {
    return { kind: 'read', message_id: parse(readMark, body, '').message_id };
  }
  const request = parse(envelope, body, '');
  const type = request.type ?? 'text';
  const schema = BODIES[type];
  if (schema === undefined) {
    throw new WhatsAppError(
      100,
      `Param type must be one of {${Object.keys(BODIES).join(', ').toUpperCase()}} - got "${type}".`,
    );
  }
  const content = parse(schema, request[type], type);
  return {
    kind: 'message',
    address: addressOf(request),
    type,
    body: content,
    text: textOf(type, content),
    context_id: request.context?.message_id ?? null,
    biz_opaque_callback_data: request.biz_opaque_callback_data ?? null,
    template: type === 'template' ? templateOf(content) : null,
  };
}

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

function textOf(type: string, content: unknown): string | null {
  const text = z.looseObject({ body: z.string() }).safeParse(content);
  return type === 'text' && text.success ? text.data.body : null;
}

function templateOf(content: unknown): SendRequest['template'] {
  const template = z.looseObject({ name: z.string(), language: z.looseObject({ code: z.string() }) });
  const { name, language } = template.parse(content);
  return { name, language: language.code };
}

function parse<Value>(schema: z.ZodType<Value>, value: unknown, at: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [...(at === '' ? [] : [at]), ...(issue?.path ?? []).map(String)].join('.');
  throw new WhatsAppError(100, `Invalid parameter ${path}: ${issue?.message ?? 'not valid'}.`);
}
