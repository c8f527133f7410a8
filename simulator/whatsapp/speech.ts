import { z } from 'zod';
import type { MediaStore, SentMedia } from './media.store';

const ref = z.string().min(1);
const nonEmpty = z.string().min(1);
/** The size of a file of which nothing else is said. */
const FILE_BYTES = 2_000;
const NO_FILE_SHA256 = Buffer.alloc(32).toString('base64');
const mediaFields = {
  /** Of a file that WhatsApp does not have. */
  id: ref.optional(),
  bytes: z.int().nonnegative().optional(),
  mime_type: nonEmpty.optional(),
  sha256: nonEmpty.optional(),
  url: z.url().optional(),
  caption: z.string().optional(),
};
const media = z.strictObject(mediaFields);
const contact = z.strictObject({
  name: z.string().optional(),
  phone: nonEmpty.optional(),
  wa_id: nonEmpty.optional(),
  origin: z.enum(['contact_request', 'other']).optional(),
  /** Where `origin` stands: inside the contact, or on the message as in older webhooks. */
  origin_on_message: z.boolean().optional(),
});
const product = z.strictObject({
  product_retailer_id: nonEmpty,
  quantity: z.union([z.number(), z.string()]),
  item_price: z.union([z.number(), z.string()]),
  currency: z.string().length(3),
});

const things = z.strictObject({
  text: z.string(),
  image: media,
  video: media,
  audio: media,
  voice: media,
  document: z.strictObject({ ...mediaFields, filename: z.string().optional() }),
  sticker: media.extend({ animated: z.boolean().optional() }),
  location: z.strictObject({
    latitude: z.number(),
    longitude: z.number(),
    name: z.string().optional(),
    address: z.string().optional(),
  }),
  contact,
  button_reply: z.strictObject({ id: nonEmpty, title: nonEmpty }),
  list_reply: z.strictObject({ id: nonEmpty, title: nonEmpty, description: z.string().optional() }),
  /** `response` is put into `response_json` as JSON; a text goes in as it is, also when it is no JSON. */
  flow_reply: z.strictObject({
    name: nonEmpty.optional(),
    body: z.string().optional(),
    response: z.unknown(),
  }),
  call_permission: z.strictObject({ response: z.enum(['accept', 'reject']) }),
  button: z.strictObject({ payload: nonEmpty, text: nonEmpty }),
  /** Without an emoji the reaction is taken back: `""` or missing, as Meta sends both. */
  reaction: z.strictObject({ to: ref, emoji: z.string().optional() }),
  order: z.strictObject({
    catalog_id: nonEmpty.optional(),
    text: z.string().optional(),
    products: z.array(product).min(1),
  }),
  edit: z.strictObject({ of: ref, text: z.string() }),
  revoke: z.strictObject({ of: ref }),
  /** `type` is what WhatsApp could not show; `errors: false` leaves out the errors that usually come with it. */
  unsupported: z.strictObject({ type: z.string().optional(), errors: z.boolean().optional() }),
});

type Things = z.infer<typeof things>;

/** What a person can say, in short; exactly one of these. */
export const speechSchema = things
  .partial()
  .refine((speech) => Object.keys(speech).length === 1, 'Say exactly one thing at a time.');

export type Speech = { readonly [Kind in keyof Things]?: Things[Kind] | undefined };

/** A message without its envelope: type, body, words for the phone, and further fields of the message. */
export type Said = {
  readonly type: string;
  readonly body: unknown;
  readonly text: string | null;
  readonly extra: Readonly<Record<string, unknown>>;
};

type Tellers = {
  readonly [Kind in keyof Things]: (given: Things[Kind], media: MediaStore) => Partial<Said>;
};

const UNSUPPORTED = {
  code: 131_051,
  title: 'Message type unknown',
  message: 'Message type unknown',
  error_data: { details: 'Message type is currently not supported.' },
};

const TELLERS: Tellers = {
  text: (body) => ({ body: { body }, text: body }),
  image: (given, files) => file(given, files, { mime_type: 'image/jpeg' }),
  video: (given, files) => file(given, files, { mime_type: 'video/mp4' }),
  audio: (given, files) => file(given, files, { mime_type: 'audio/mpeg', voice: false }),
  voice: (given, files) => ({
    type: 'audio',
    ...file(given, files, { mime_type: 'audio/ogg; codecs=opus', voice: true }),
  }),
  document: (given, files) => file(given, files, { mime_type: 'application/pdf', filename: 'offer.pdf' }),
  sticker: (given, files) => file(given, files, { mime_type: 'image/webp', animated: false }),
  location: (body) => ({ body }),
  contact: (given) => contactSaid(given),
  button_reply: (given) => interactive('button_reply', given, given.title),
  list_reply: (given) => interactive('list_reply', given, given.title),
  flow_reply: ({ name, body, response }) => {
    const response_json = typeof response === 'string' ? response : JSON.stringify(response ?? {});
    return interactive(
      'nfm_reply',
      { name: name ?? 'flow', body: body ?? 'Sent', response_json },
      body ?? null,
    );
  },
  call_permission: (given) =>
    interactive('call_permission_reply', { ...given, response_source: 'user_action' }, null),
  button: (body) => ({ body, text: body.text }),
  reaction: ({ to, emoji }) => ({
    body: { message_id: to, ...(emoji !== undefined && { emoji }) },
    text: emoji ?? null,
  }),
  order: ({ catalog_id, text, products }) => ({
    body: {
      catalog_id: catalog_id ?? '700000000000001',
      ...(text !== undefined && { text }),
      product_items: products,
    },
    text: text ?? null,
  }),
  edit: ({ of, text }) => ({
    body: { original_message_id: of, message: { type: 'text', text: { body: text } } },
    text,
  }),
  revoke: ({ of }) => ({ body: { original_message_id: of } }),
  unsupported: ({ type, errors }) => ({
    body: type === undefined ? null : { type },
    extra: errors === false ? {} : { errors: [UNSUPPORTED] },
  }),
};

/** The message in the form in which Meta sends it; what was not given is filled in. */
export function saidOf(speech: Speech, media: MediaStore): Said {
  for (const kind of KINDS) {
    const said = tell(kind, speech[kind], media);
    if (said !== null) return { type: kind, body: null, text: null, extra: {}, ...said };
  }
  return { type: 'unsupported', body: null, text: null, extra: {} };
}

const KINDS = things.keyof().options;

function tell<Kind extends keyof Things>(
  kind: Kind,
  given: Things[Kind] | undefined,
  media: MediaStore,
): Partial<Said> | null {
  return given === undefined ? null : TELLERS[kind](given, media);
}

type FileSheet = z.infer<typeof media> & {
  readonly filename?: string | undefined;
  readonly animated?: boolean | undefined;
};

/** A file with an id of its own exists nowhere; every other one can be fetched. */
function file(given: FileSheet, files: MediaStore, usual: SentMedia): Partial<Said> {
  const { id, bytes, ...parts } = given;
  const described = { ...usual, ...parts, mime_type: parts.mime_type ?? usual.mime_type };
  const body =
    id === undefined
      ? files.messageBody(files.add({ ...described, fill_bytes: bytes ?? FILE_BYTES }))
      : { sha256: NO_FILE_SHA256, ...described, id };
  return { body, text: given.caption ?? null };
}

function interactive(type: string, reply: unknown, text: string | null): Partial<Said> {
  return { type: 'interactive', body: { type, [type]: reply }, text };
}

function contactSaid(given: z.infer<typeof contact>): Partial<Said> {
  const { name, phone, wa_id, origin, origin_on_message: isOnMessage } = given;
  const one = {
    ...(name !== undefined && { name: { formatted_name: name, first_name: name.split(' ')[0] } }),
    phones: [
      {
        ...(phone !== undefined && { phone }),
        ...(wa_id !== undefined && { wa_id }),
        type: 'CELL',
      },
    ],
    ...(origin !== undefined && isOnMessage !== true && { origin }),
  };
  return {
    type: 'contacts',
    body: [one],
    extra: isOnMessage === true && origin !== undefined ? { origin } : {},
  };
}
