import { acceptedType } from '../../domain/media/media.types';
import type { FetchedKind } from '../../domain/media/media.types';
import { decideAfterFailure } from '../../domain/media/attempt.decide';
import type { Database } from '../../platform/database';
import type { KeptContent, MediaStorage } from '../../platform/media-storage';
import { giveMediaUp, putMediaOff, settleStored } from '../../store/media.store';
import type { ClaimedMedia } from '../../store/media.store';
import type { FoundMedia, MediaPort } from './media.client';
import { MediaFailure } from './media.failure';
import { sha256Hex } from './media.sha256';

/** A link lives for five minutes; one that is nearly over is not worth the try. */
const LINK_LIFE_MS = 5 * 60_000 - 15_000;

export type FetchParts = {
  readonly database: Database;
  readonly media: MediaPort;
  readonly storage: MediaStorage;
  readonly limits: FetchLimits;
};
export type FetchLimits = {
  /** All of one try: asking for the link and the download. */
  readonly timeoutMs: number;
  readonly bytesMax: Readonly<Record<FetchedKind, number>>;
};

/** What one try led to. */
export type FetchOutcome = 'stored' | 'again' | 'failed';

/**
 * Fetches one file that was taken up, and writes down what came of it. Promises:
 * 1. What is served later is the announced file: of an accepted type and size, with the announced sha256.
 * 2. A link that is too old is replaced once in each try.
 * 3. Failures of the outside are written into the row; only those of Postgres are thrown.
 */
export async function fetchOne(
  parts: FetchParts,
  media: ClaimedMedia,
  stop: AbortSignal,
): Promise<FetchOutcome> {
  const fetched = await tryFetch(parts, media, stop);
  if (!(fetched instanceof MediaFailure)) {
    const { key: storageKey, sizeBytes, mimeType } = fetched;
    await settleStored(parts.database, media.id, { mimeType, sizeBytes, storageKey });
    return 'stored';
  }
  const { reasonCode, isPassing } = fetched;
  const next = decideAfterFailure({ ...media, reasonCode, isPassing });
  if (next.kind === 'give-up') {
    await giveMediaUp(parts.database, media, next.reasonCode);
    return 'failed';
  }
  await putMediaOff(parts.database, media, { delayMs: next.delayMs, reasonCode });
  return 'again';
}

type Fetched = KeptContent & { readonly mimeType: string };

async function tryFetch(
  parts: FetchParts,
  media: ClaimedMedia,
  stop: AbortSignal,
): Promise<Fetched | MediaFailure> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(parts.limits.timeoutMs)]);
  try {
    return await fetchFresh(parts, media, signal);
  } catch (error) {
    if (error instanceof MediaFailure) return error;
    // The storage: its disk is full, or its folder is not ours.
    return new MediaFailure('media.storage_failed', { isPassing: true, cause: error });
  }
}

async function fetchFresh(parts: FetchParts, media: ClaimedMedia, signal: AbortSignal): Promise<Fetched> {
  const link = freshLink(media);
  if (link !== null) {
    try {
      return await keep(parts, media, { link, signal });
    } catch (error) {
      if (!(error instanceof MediaFailure && error.isLinkToBlame)) throw error;
    }
  }
  if (media.whatsappMediaId === null) throw new MediaFailure('media.not_named', { isPassing: false });
  const found = await parts.media.lookUp(media.whatsappMediaId, signal);
  return await keep(parts, media, { link: found, signal });
}

/** The link that came with the message, while it may still live; later tries ask for one of their own. */
function freshLink(media: ClaimedMedia): FoundMedia | null {
  const isYoung = media.nowMs - media.announcedAtMs < LINK_LIFE_MS;
  if (media.url === null || !isYoung || media.attempts > 1) return null;
  return { url: media.url, mimeType: null, sha256: null, sizeBytes: null };
}

async function keep(
  parts: FetchParts,
  media: ClaimedMedia,
  source: { readonly link: FoundMedia; readonly signal: AbortSignal },
): Promise<Fetched> {
  const { link, signal } = source;
  const bytesMax = parts.limits.bytesMax[media.kind];
  refuseSize(link.sizeBytes, bytesMax);
  const named = media.mimeType ?? link.mimeType;
  if (named !== null) requireType(media.kind, named);
  const content = await parts.media.open(link.url, signal);
  try {
    const mimeType = requireType(media.kind, named ?? content.mimeType);
    refuseSize(content.sizeBytes, bytesMax);
    const expected = sha256Hex(media.sha256) ?? sha256Hex(link.sha256);
    const kept = await parts.storage.put(limited(content.bytes, bytesMax), expected);
    // Damaged on the way, or not what was announced: the next try tells.
    if (kept === null) throw new MediaFailure('media.content_differs', { isPassing: true });
    return { ...kept, mimeType };
  } finally {
    await content.leave();
  }
}

function requireType(kind: FetchedKind, named: string | null): string {
  const type = acceptedType(kind, named);
  if (type === null) throw new MediaFailure('media.type_not_accepted', { isPassing: false });
  return type;
}

function refuseSize(sizeBytes: number | null, bytesMax: number): void {
  if (sizeBytes !== null && sizeBytes > bytesMax)
    throw new MediaFailure('media.too_large', { isPassing: false });
}

/** Counts what really comes: what was announced may be wrong. */
async function* limited(bytes: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let seen = 0;
  for await (const chunk of bytes) {
    seen += chunk.byteLength;
    refuseSize(seen, bytesMax);
    yield chunk;
  }
}
