import { asObject } from '../../domain/json';
import type { Database } from '../../platform/database';
import { mediaOf } from './media-facts';
import type { AnnouncedMedia } from './media-facts';

/** The turn of a new message fetches its files; what it has not taken up after this time is left to the sweep. */
const LEFT_TO_TURN_MS = 30_000;

/** A message that was stored just now, with what it announces. */
export type MessageWithMedia = {
  readonly messageId: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly announcedAt: Date;
  /** Whether a turn will take the message up. */
  readonly hasTurn: boolean;
  /** Whether its content took the place of an older one, of the history or of a placeholder. */
  readonly isReplacement: boolean;
};

/** Notes the file of a message, to be fetched; once, however often it is announced. Costs nothing where there is none. */
export async function keepMedia(client: Database, kept: MessageWithMedia): Promise<void> {
  const media = mediaOf(kept.message);
  if (kept.isReplacement)
    // What was fetched already stays: it was said, and its link may be open on a screen.
    await client.query(
      `delete from media
        where message_id = $1 and status <> 'stored' and whatsapp_media_id is distinct from $2`,
      [kept.messageId, media?.whatsappMediaId ?? null],
    );
  if (media !== null)
    await insertMedia(client, media, { ...kept, leftMs: kept.hasTurn ? LEFT_TO_TURN_MS : 0 });
}

/** Notes the files that edits of a message brought; they belong to the message that was edited. */
export async function keepEditedMedia(client: Database, whatsappId: string): Promise<void> {
  const edits = await client.query<{ message_id: string; content: unknown; captured_at: Date }>(
    `select message.id as message_id, event.body #> '{edit,message}' as content, event.captured_at
       from message_event as event
       join message on message.whatsapp_id = event.about_whatsapp_id
        and message.conversation_id = event.conversation_id
        and (message.direction = 'inbound') = (event.author = 'buyer')
      where event.about_whatsapp_id = $1 and event.kind = 'edit'`,
    [whatsappId],
  );
  for (const edit of edits.rows) {
    const media = mediaOf(asObject(edit.content) ?? {});
    // A new caption names no file: that of the message stays.
    if (media !== null && media.reasonCode !== 'media.not_named')
      await insertMedia(client, media, {
        messageId: edit.message_id,
        announcedAt: edit.captured_at,
        leftMs: 0,
      });
  }
}

async function insertMedia(
  client: Database,
  media: AnnouncedMedia,
  place: { readonly messageId: string; readonly announcedAt: Date; readonly leftMs: number },
): Promise<void> {
  await client.query(
    `insert into media (message_id, whatsapp_media_id, kind, announced_mime_type, announced_sha256, filename, url,
        announced_at, status, reason_code, due_at, settled_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, case when $9::text is null then 'pending' else 'failed' end, $9,
        now() + $10 * interval '1 millisecond', case when $9::text is not null then now() end)
     on conflict (message_id, coalesce(whatsapp_media_id, '')) do nothing`,
    [
      place.messageId,
      media.whatsappMediaId,
      media.kind,
      media.mimeType,
      media.sha256,
      media.filename,
      media.url,
      place.announcedAt,
      media.reasonCode,
      place.leftMs,
    ],
  );
}
