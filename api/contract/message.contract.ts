import { z } from 'zod';
import { MESSAGE_LIMITS } from '../../domain/send/outgoing-message';
import type { MessageType } from '../../domain/send/outgoing-message';
import { interactiveContent } from './interactive.contract';
import {
  ONE_SOURCE,
  hasOneSource,
  isEmojiOrNothing,
  mediaContent,
  storableText,
  words,
} from './message-values.contract';
import { id } from './values.contract';

const FILENAME_LENGTH_MAX = 240;
const TEMPLATE_NAME = /^[a-z0-9_]{1,512}$/;
const LANGUAGE = /^[a-z]{2,3}(_[A-Z]{2})?$/;
/** As many as one message may carry; more make no sense to anybody. */
const CONTACTS_MAX = 20;

const short = storableText.max(1_000);
const caption = words(MESSAGE_LIMITS.caption).optional();

const contact = z
  .strictObject({
    name: z
      .strictObject({
        formatted_name: words(1_000),
        first_name: short.optional(),
        last_name: short.optional(),
        middle_name: short.optional(),
        suffix: short.optional(),
        prefix: short.optional(),
      })
      .refine(
        (name) => Object.keys(name).some((part) => part !== 'formatted_name'),
        'needs one more part of the name beside formatted_name, such as first_name',
      ),
    phones: z
      .array(z.strictObject({ phone: short, type: short.optional(), wa_id: short.optional() }))
      .optional(),
    emails: z.array(z.strictObject({ email: short, type: short.optional() })).optional(),
    urls: z.array(z.strictObject({ url: short, type: short.optional() })).optional(),
    addresses: z.array(z.record(z.string(), short)).optional(),
    org: z
      .strictObject({ company: short.optional(), department: short.optional(), title: short.optional() })
      .optional(),
    birthday: z.iso.date().optional(),
  })
  .meta({ id: 'ContactContent' });

const component = z
  .strictObject({
    type: z.enum(['header', 'body', 'button']),
    sub_type: short.optional(),
    index: z.union([z.number().int().min(0), z.string().regex(/^\d{1,2}$/)]).optional(),
    parameters: z.array(z.looseObject({ type: words(50) })).optional(),
  })
  .refine(
    ({ type, sub_type: subType, index }) =>
      type !== 'button' || (subType !== undefined && index !== undefined),
    'needs "sub_type" and "index", as it is a button',
  );

/** Which template, in which language, with which values. */
export const templateContent = z
  .strictObject({
    name: z.string().regex(TEMPLATE_NAME, 'must be lower-case letters, digits and _'),
    language: z.strictObject({
      code: z.string().regex(LANGUAGE, 'must be a language as WhatsApp writes it, such as en_US'),
      policy: z.literal('deterministic').optional(),
    }),
    components: z.array(component).optional(),
  })
  .meta({ id: 'TemplateContent' });

const CONTENT = {
  text: z.strictObject({ body: words(MESSAGE_LIMITS.text), preview_url: z.boolean().optional() }),
  image: mediaContent({ caption }).refine(hasOneSource, ONE_SOURCE),
  video: mediaContent({ caption }).refine(hasOneSource, ONE_SOURCE),
  audio: mediaContent({ voice: z.boolean().optional() }).refine(hasOneSource, ONE_SOURCE),
  document: mediaContent({ caption, filename: words(FILENAME_LENGTH_MAX).optional() }).refine(
    hasOneSource,
    ONE_SOURCE,
  ),
  sticker: mediaContent({}).refine(hasOneSource, ONE_SOURCE),
  location: z.strictObject({
    latitude: z.number().min(-90, 'must be from -90 to 90').max(90, 'must be from -90 to 90'),
    longitude: z.number().min(-180, 'must be from -180 to 180').max(180, 'must be from -180 to 180'),
    name: short.optional(),
    address: short.optional(),
  }),
  contacts: z.array(contact).min(1, 'needs at least one contact').max(CONTACTS_MAX),
  reaction: z.strictObject({
    message_id: id.describe('our id of a message of this conversation'),
    emoji: storableText.refine(isEmojiOrNothing, 'must be one emoji, or "" to take the reaction back'),
  }),
  interactive: interactiveContent,
  template: templateContent,
} as const satisfies Readonly<Record<MessageType, z.ZodType>>;

/** Takes every form of message, under `type` and the name of the type; a message without a type is text. */
export function messageWith<Shape extends z.ZodRawShape>(more: Shape) {
  const forms = z.discriminatedUnion(
    'type',
    [
      z.strictObject({ ...more, type: z.literal('text'), text: CONTENT.text }),
      z.strictObject({ ...more, type: z.literal('image'), image: CONTENT.image }),
      z.strictObject({ ...more, type: z.literal('video'), video: CONTENT.video }),
      z.strictObject({ ...more, type: z.literal('audio'), audio: CONTENT.audio }),
      z.strictObject({ ...more, type: z.literal('document'), document: CONTENT.document }),
      z.strictObject({ ...more, type: z.literal('sticker'), sticker: CONTENT.sticker }),
      z.strictObject({ ...more, type: z.literal('location'), location: CONTENT.location }),
      z.strictObject({ ...more, type: z.literal('contacts'), contacts: CONTENT.contacts }),
      z.strictObject({ ...more, type: z.literal('reaction'), reaction: CONTENT.reaction }),
      z.strictObject({ ...more, type: z.literal('interactive'), interactive: CONTENT.interactive }),
      z.strictObject({ ...more, type: z.literal('template'), template: CONTENT.template }),
    ],
    { error: `must be one of ${Object.keys(CONTENT).join(', ')}` },
  );
  return z.preprocess(textByDefault, forms);
}

function textByDefault(given: unknown): unknown {
  const isWithoutType = typeof given === 'object' && given !== null && !('type' in given);
  return isWithoutType ? { ...given, type: 'text' } : given;
}

/** A reaction quotes nothing: it is about its own message. */
export function quotesNothingTwice(message: { readonly type: string; readonly reply_to?: unknown }): boolean {
  return message.type !== 'reaction' || message.reply_to === undefined;
}
