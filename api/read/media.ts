import type { MediaKind } from '../../domain/media/media.types';
import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { isUuid } from './values';

/** A file as it is served, or as far as it has come. */
export type ServedMedia = {
  readonly kind: MediaKind;
  readonly status: 'pending' | 'stored' | 'failed';
  readonly reasonCode: string | null;
  readonly mimeType: string | null;
  readonly storageKey: string | null;
  readonly filename: string | null;
};

/** One file; null when there is none with this id. */
export async function readMedia(database: Database, mediaId: string): Promise<ServedMedia | null> {
  if (!isUuid(mediaId)) return null;
  return firstRow(
    await database.query<ServedMedia>(
      `select kind, status, reason_code as "reasonCode", mime_type as "mimeType", storage_key as "storageKey", filename
         from media where id = $1`,
      [mediaId],
    ),
  );
}
