import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SettingsStore } from '../settings/settings.store';
import type { Journal, Table } from '../state/journal.store';

/** A file that a buyer sends: its bytes, or just as many as named; and what is announced about it, true or not. */
export const sentMediaSchema = z
  .strictObject({
    content_base64: z.base64().optional(),
    /** That many bytes of nothing in particular. */
    fill_bytes: z.int().min(0).max(200_000_000).optional(),
    mime_type: z.string().min(1),
    filename: z.string().optional(),
    caption: z.string().optional(),
    voice: z.boolean().optional(),
    animated: z.boolean().optional(),
    /** Announced instead of the true one, in base64. */
    sha256: z.string().optional(),
    /** Announced by the look-up instead of the true size. */
    file_size: z.int().nonnegative().optional(),
    /** Whether the webhook carries a link; default true. */
    with_url: z.boolean().optional(),
    /** A link of one's own in the webhook and in look-ups. */
    url: z.string().optional(),
  })
  .refine(
    ({ content_base64, fill_bytes }) => (content_base64 === undefined) !== (fill_bytes === undefined),
    'Either content_base64 or fill_bytes.',
  );

export type SentMedia = z.infer<typeof sentMediaSchema>;

/** A file that WhatsApp holds for the business. */
export type StoredMedia = SentMedia & { readonly id: string; readonly created_at_ms: number };

/** An id lives for seven days, a link for as long as the settings say. */
const ID_LIFE_MS = 7 * 24 * 3_600_000;

/** The files that buyers sent, and the links to them. */
export class MediaStore {
  private readonly table: Table<StoredMedia>;
  private readonly settings: SettingsStore;
  private readonly now: () => number;
  /** Where this simulator is reached, for links in webhooks; known once it listens. */
  publicUrl = 'http://127.0.0.1';

  constructor(journal: Journal, settings: SettingsStore, now: () => number) {
    this.table = journal.table('whatsapp_media');
    this.settings = settings;
    this.now = now;
  }

  add(sent: SentMedia): StoredMedia {
    const id = String(1_000_000_000_000_000 + randomBytes(6).readUIntBE(0, 6));
    return this.table.put(id, { ...sent, id, created_at_ms: this.now() });
  }

  /** The file while its id lives. */
  find(id: string): StoredMedia | undefined {
    const media = this.table.get(id);
    return media !== undefined && this.now() < media.created_at_ms + ID_LIFE_MS ? media : undefined;
  }

  /** The content of a message that carries the file. */
  messageBody(media: StoredMedia): Readonly<Record<string, unknown>> {
    const { filename, caption, voice, animated } = media;
    return Object.fromEntries(
      Object.entries({
        id: media.id,
        mime_type: media.mime_type,
        sha256: media.sha256 ?? digestOf(media).toString('base64'),
        filename,
        caption,
        voice,
        animated,
        url: media.with_url === false ? undefined : this.linkTo(media, this.publicUrl),
      }).filter(([, value]) => value !== undefined),
    );
  }

  /** What a look-up by id answers; a new link each time, and the hash in hex, unlike in webhooks. */
  lookUp(media: StoredMedia, origin: string): Readonly<Record<string, unknown>> {
    const sha256 = media.sha256 ?? digestOf(media).toString('hex');
    return {
      messaging_product: 'whatsapp',
      url: this.linkTo(media, origin),
      mime_type: media.mime_type,
      sha256,
      file_size: media.file_size ?? bytesOf(media).byteLength,
      id: media.id,
    };
  }

  /** The bytes behind a link; undefined when the link is over or none of ours. */
  follow(id: string, expires: string | undefined): Buffer | undefined {
    const media = this.table.get(id);
    const isAlive = expires !== undefined && this.now() < Number(expires);
    return media !== undefined && isAlive ? bytesOf(media) : undefined;
  }

  private linkTo(media: StoredMedia, origin: string): string {
    if (media.url !== undefined) return media.url;
    const expires = this.now() + this.settings.current.whatsapp_media_link_life_ms;
    return `${origin}/whatsapp/download/${media.id}?ext=${expires}`;
  }
}

function bytesOf(media: StoredMedia): Buffer {
  return media.content_base64 === undefined
    ? Buffer.alloc(media.fill_bytes ?? 0, 'x')
    : Buffer.from(media.content_base64, 'base64');
}

function digestOf(media: StoredMedia): Buffer {
  return createHash('sha256').update(bytesOf(media)).digest();
}
