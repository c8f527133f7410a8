/** Kinds of media that WhatsApp carries; `unknown` = it reports a file that it could not pass on. */
export const MEDIA_KINDS = ['image', 'video', 'audio', 'document', 'sticker'] as const;
export type FetchedKind = (typeof MEDIA_KINDS)[number];
export type MediaKind = FetchedKind | 'unknown';

const IMAGES = ['image/jpeg', 'image/png'];
const VIDEOS = ['video/mp4', 'video/3gpp', 'video/quicktime'];
const AUDIOS = ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/opus', 'audio/wav'];
const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** What is taken of each kind. People send nearly everything as a document; what browsers would run is not in the list. */
const TYPES: Readonly<Record<FetchedKind, readonly string[]>> = {
  image: [...IMAGES, 'image/webp'],
  video: VIDEOS,
  audio: AUDIOS,
  sticker: ['image/webp'],
  document: [
    'application/pdf',
    'application/msword',
    'application/vnd.ms-excel',
    'application/vnd.ms-powerpoint',
    `${OFFICE}.wordprocessingml.document`,
    `${OFFICE}.spreadsheetml.sheet`,
    `${OFFICE}.presentationml.presentation`,
    'application/vnd.oasis.opendocument.text',
    'application/vnd.oasis.opendocument.spreadsheet',
    'application/vnd.oasis.opendocument.presentation',
    'application/rtf',
    'application/zip',
    'application/json',
    'text/plain',
    'text/csv',
    'text/vcard',
    'text/x-vcard',
    'text/calendar',
    ...IMAGES,
    'image/webp',
    'image/gif',
    'image/heic',
    'image/tiff',
    ...VIDEOS,
    ...AUDIOS,
  ],
};

/** The type in our list that a sender's type stands for, without its parameters; null when we do not take it. */
export function acceptedType(kind: FetchedKind, announced: string | null): string | null {
  const name = announced?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return TYPES[kind].find((type) => type === name) ?? null;
}

/** Whether a browser may show it in the page; everything else is offered as a download. */
export function isShownInline(type: string): boolean {
  return /^(image|audio|video)\//.test(type);
}
