import { z } from 'zod';
import { textLength } from '../../domain/text-length';
import { NOT_STORABLE, storable } from './values.contract';

/** Text that Postgres can keep, whatever its length. */
export const storableText = z.string().refine(storable, NOT_STORABLE);

/** Text that WhatsApp shows: not empty, and not longer than it allows. */
export function words(lengthMax: number): z.ZodString {
  const error = `is longer than the ${lengthMax} characters that WhatsApp allows, of which an emoji counts as two or more; shorten it`;
  return (
    storableText
      // Named in the description of the API; it counts less than what follows, which decides.
      .max(lengthMax, { error, abort: true })
      .refine((given) => textLength(given) <= lengthMax, { error, abort: true })
      .refine((given) => given.trim() !== '', 'must not be empty; write something or leave the field out')
  );
}

/** An address that WhatsApp fetches a file from. */
const httpsLink = z.url({ protocol: /^https$/, error: 'must be a link that begins with https://' });

/** A file: by WhatsApp's media id or by a link, never both. */
export function mediaContent<Shape extends z.ZodRawShape>(more: Shape) {
  return z.strictObject({ id: storableText.min(1).max(200).optional(), link: httpsLink.optional(), ...more });
}

/** Whether a file has exactly one source. */
export function hasOneSource(media: { id?: string | undefined; link?: string | undefined }): boolean {
  return (media.id === undefined) !== (media.link === undefined);
}

export const ONE_SOURCE =
  'needs either "id" (of a file uploaded to WhatsApp) or "link" (https), and not both';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** One emoji, also one made of several signs (skin colours, families, flags); nothing = the reaction is taken back. */
export function isEmojiOrNothing(given: string): boolean {
  const signs = [...segmenter.segment(given)].length;
  return (
    signs === 0 || (signs === 1 && /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20E3/u.test(given))
  );
}
