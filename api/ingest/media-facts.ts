import { asObject } from '../../domain/json';
import type { MediaKind } from '../../domain/media/media.types';
import { idIn } from './message-facts';

/** A file as a message announces it. */
export type AnnouncedMedia = {
  readonly kind: MediaKind;
  readonly whatsappMediaId: string | null;
  readonly mimeType: string | null;
  readonly sha256: string | null;
  readonly filename: string | null;
  readonly url: string | null;
  /** Set = there is nothing to fetch, and why. */
  readonly reasonCode: string | null;
};

const KINDS: ReadonlyMap<string, MediaKind> = new Map([
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['voice', 'audio'],
  ['document', 'document'],
  ['sticker', 'sticker'],
]);
/** WhatsApp could not take the file from the sender. */
const NOT_DOWNLOADABLE = 131_052;
const NAME_LENGTH_MAX = 255;
const URL_LENGTH_MAX = 4_000;

/** The file of a message, in its own form or as the content of an edit; null when it has none. */
export function mediaOf(message: Readonly<Record<string, unknown>>): AnnouncedMedia | null {
  const type = typeof message['type'] === 'string' ? message['type'] : '';
  const kind = KINDS.get(type);
  const isRefused = hasError(message['errors'], NOT_DOWNLOADABLE);
  if (kind === undefined && !isRefused) return null;
  const content = asObject(message[type]);
  const whatsappMediaId = idIn(content, 'id');
  const url = textIn(content, 'url', URL_LENGTH_MAX);
  const isNamed = whatsappMediaId !== null || url !== null;
  return {
    kind: kind ?? 'unknown',
    whatsappMediaId,
    mimeType: textIn(content, 'mime_type', NAME_LENGTH_MAX),
    sha256: textIn(content, 'sha256', NAME_LENGTH_MAX),
    filename: textIn(content, 'filename', NAME_LENGTH_MAX),
    url,
    reasonCode:
      kind !== undefined && isNamed ? null : isRefused ? 'media.not_downloadable' : 'media.not_named',
  };
}

function hasError(errors: unknown, code: number): boolean {
  return Array.isArray(errors) && errors.some((error) => asObject(error)?.['code'] === code);
}

/** A text that is too long is cut where it is only shown, and no id or link of Meta's is. */
function textIn(content: Record<string, unknown> | null, name: string, lengthMax: number): string | null {
  const value = content?.[name];
  if (typeof value !== 'string' || value === '') return null;
  if (name === 'filename') return Array.from(value).slice(0, lengthMax).join('');
  return value.length <= lengthMax ? value : null;
}
