import type { FetchedKind } from '../domain/media/media.types';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';

/** A file to be fetched, taken up by one try; times in unix ms by Postgres' clock. */
export type ClaimedMedia = {
  readonly id: string;
  readonly kind: FetchedKind;
  readonly whatsappMediaId: string | null;
  readonly mimeType: string | null;
  readonly sha256: string | null;
  readonly url: string | null;
  /** This try included. */
  readonly attempts: number;
  readonly announcedAtMs: number;
  readonly nowMs: number;
};

/** Of a row of `media`: nobody has tried to fetch it yet. */
export const UNTRIED_MEDIA = `media.status = 'pending' and media.attempts = 0`;

/** A try counts when it begins, and holds the others away for the lease: whoever dies meanwhile is followed after it. */
const CLAIM = `update media set attempts = attempts + 1, due_at = now() + $1 * interval '1 millisecond'`;
const CLAIMED = `id, kind, whatsapp_media_id as "whatsappMediaId", announced_mime_type as "mimeType",
  announced_sha256 as sha256, url, attempts, to_ms(announced_at) as "announcedAtMs", to_ms(now()) as "nowMs"`;

/** Takes up the next file of a turn that nobody has tried yet; null when there is none. */
export async function claimMediaOfTurn(
  database: Database,
  turnId: string,
  leaseMs: number,
): Promise<ClaimedMedia | null> {
  return firstRow(
    await database.query<ClaimedMedia>(
      `${CLAIM} where id = (
         select media.id from media join message on message.id = media.message_id
          where message.turn_id = $2 and ${UNTRIED_MEDIA}
          order by media.announced_at, media.id limit 1
          for update of media skip locked)
       returning ${CLAIMED}`,
      [leaseMs, turnId],
    ),
  );
}

/** Takes up the file that is due for the longest time; null when none is due. */
export async function claimDueMedia(database: Database, leaseMs: number): Promise<ClaimedMedia | null> {
  return firstRow(
    await database.query<ClaimedMedia>(
      `${CLAIM} where id = (
         select id from media where status = 'pending' and due_at <= now()
          order by due_at, id limit 1
          for update skip locked)
       returning ${CLAIMED}`,
      [leaseMs],
    ),
  );
}

/** Whether a file waits that no turn has taken up, or that must be tried again. */
export async function isMediaDue(database: Database): Promise<boolean> {
  const due = await database.query<{ is_due: boolean }>(
    `select exists (select 1 from media where status = 'pending' and due_at <= now()) as is_due`,
  );
  return firstRow(due)?.is_due ?? false;
}

/** A fetched file is served from now on. The first of two tries that both succeed counts; they found the same content. */
export async function settleStored(
  database: Database,
  id: string,
  file: { readonly mimeType: string; readonly sizeBytes: number; readonly storageKey: string },
): Promise<void> {
  await database.query(
    `update media
        set status = 'stored', mime_type = $2, size_bytes = $3, storage_key = $4, reason_code = null, url = null,
            settled_at = now()
      where id = $1 and status = 'pending'`,
    [id, file.mimeType, file.sizeBytes, file.storageKey],
  );
}

/** Puts a file off until it is tried again; a newer try of somebody else stays. */
export async function putMediaOff(
  database: Database,
  media: { readonly id: string; readonly attempts: number },
  again: { readonly delayMs: number; readonly reasonCode: string },
): Promise<void> {
  await database.query(
    `update media set due_at = now() + $3 * interval '1 millisecond', reason_code = $4
      where id = $1 and status = 'pending' and attempts = $2`,
    [media.id, media.attempts, again.delayMs, again.reasonCode],
  );
}

/** Gives a file up; a newer try of somebody else stays. */
export async function giveMediaUp(
  database: Database,
  media: { readonly id: string; readonly attempts: number },
  reasonCode: string,
): Promise<void> {
  await database.query(
    `update media set status = 'failed', reason_code = $3, url = null, settled_at = now()
      where id = $1 and status = 'pending' and attempts = $2`,
    [media.id, media.attempts, reasonCode],
  );
}
