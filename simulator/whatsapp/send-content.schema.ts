import { z } from 'zod';

const CAPTION_LENGTH_MAX = 1024;
const TEXT_LENGTH_MAX = 4096;

export const text = z.looseObject({
  body: z.string().min(1).max(TEXT_LENGTH_MAX),
  preview_url: z.boolean().optional(),
});

/** A file by its id (uploaded before) or by an address that Meta fetches. */
const source = z.looseObject({
  id: z.string().min(1).optional(),
  link: z.url({ protocol: /^https?$/ }).optional(),
});
const hasSource = ({ id, link }: { id?: string | undefined; link?: string | undefined }): boolean =>
  id !== undefined || link !== undefined;
const NO_SOURCE = 'Either id or link is required.';
const caption = z.string().max(CAPTION_LENGTH_MAX).optional();

export const media = source.refine(hasSource, NO_SOURCE);
export const captioned = source.extend({ caption }).refine(hasSource, NO_SOURCE);
export const audio = source.extend({ voice: z.boolean().optional() }).refine(hasSource, NO_SOURCE);
export const document = source
  .extend({ caption, filename: z.string().min(1).max(240).optional() })
  .refine(hasSource, NO_SOURCE);

const degrees = (limit: number) =>
  z
    .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
    .refine((value) => Math.abs(Number(value)) <= limit, `must lie between -${limit} and ${limit}`);

export const location = z.looseObject({
  latitude: degrees(90),
  longitude: degrees(180),
  name: z.string().max(1000).optional(),
  address: z.string().max(1000).optional(),
});

const NAME_PARTS = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'];

const contact = z.looseObject({
  name: z
    .looseObject({ formatted_name: z.string().min(1) })
    .refine((name) => NAME_PARTS.some((part) => part in name), 'needs one more part than formatted_name'),
  phones: z.array(z.looseObject({ phone: z.string().optional(), wa_id: z.string().optional() })).optional(),
  emails: z.array(z.looseObject({ email: z.string().optional() })).optional(),
  urls: z.array(z.looseObject({ url: z.string().optional() })).optional(),
  birthday: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be YYYY-MM-DD')
    .optional(),
});
export const contacts = z.array(contact).min(1).max(257);

/** One emoji, or nothing to take the reaction back. */
export const reaction = z.looseObject({
  message_id: z.string().min(1),
  emoji: z
    .string()
    .refine((emoji) => emoji === '' || isOneEmoji(emoji), 'must be one emoji')
    .optional(),
});

function isOneEmoji(value: string): boolean {
  const graphemes = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(value)];
  return graphemes.length === 1 && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u.test(value);
}
