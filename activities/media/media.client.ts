import { z } from 'zod';
import { toStorable } from '../../domain/json';
import { MediaFailure } from './media.failure';
import { createHostList } from './media.hosts';

/** A file as WhatsApp describes it; null = not told. */
export type FoundMedia = {
  readonly url: string;
  readonly mimeType: string | null;
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
};

/** Content on its way. Whoever does not read it to its end must leave it. */
type ArrivingContent = {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number | null;
  readonly mimeType: string | null;
  leave(): Promise<void>;
};

/** Where files come from, as the activities need it. Both throw MediaFailure. */
export interface MediaPort {
  /** Asks for a link that lives for five minutes. */
  lookUp(whatsappMediaId: string, signal: AbortSignal): Promise<FoundMedia>;
  /** Follows a link, only to hosts on the list. */
  open(link: string, signal: AbortSignal): Promise<ArrivingContent>;
}

const HOPS_MAX = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** What WhatsApp answers to a link whose five minutes are over. */
const DEAD_LINK = new Set([401, 403, 404, 410]);

const text = z.string().min(1).nullable().catch(null);
const foundSchema = z.looseObject({
  url: z.string().min(1),
  mime_type: text,
  sha256: text,
  file_size: z.coerce.number().int().nonnegative().nullable().catch(null),
});
const errorSchema = z.looseObject({ error: z.looseObject({ code: z.number() }) });

/** Errors of the Cloud API whose meaning for a file differs from "not now". */
const MEANINGS: ReadonlyMap<number, { readonly reasonCode: string; readonly isPassing: boolean }> = new Map([
  [100, { reasonCode: 'media.not_found', isPassing: true }],
  [190, { reasonCode: 'media.unauthorised', isPassing: true }],
  [131_052, { reasonCode: 'media.not_downloadable', isPassing: false }],
]);

/** The one client for WhatsApp's files. Follows redirects itself, so that the token is shown to no host off the list. */
export function createMediaClient(settings: {
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly accessToken: string;
  /** For asking for a link; the file itself is limited by whoever fetches it. */
  readonly timeoutMs: number;
  readonly hosts: readonly string[];
}): MediaPort {
  const isAllowed = createHostList(settings.hosts, settings.baseUrl);
  const get = async (url: URL | string, signal: AbortSignal): Promise<Response> => {
    try {
      return await fetch(url, {
        headers: { authorization: `Bearer ${settings.accessToken}`, 'accept-encoding': 'identity' },
        redirect: 'manual',
        signal,
      });
    } catch (error) {
      throw unavailable(error);
    }
  };
  return {
    async lookUp(whatsappMediaId, signal) {
      const url = `${settings.baseUrl}/${settings.apiVersion}/${encodeURIComponent(whatsappMediaId)}`;
      const limited = AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)]);
      return readFound(await get(url, limited));
    },
    async open(link, signal) {
      let next: URL | null = parseLink(link, null);
      for (let hops = 0; hops <= HOPS_MAX; hops += 1) {
        if (next === null || !isAllowed(next)) throw notAllowed();
        const response = await get(next, signal);
        if (!REDIRECTS.has(response.status)) return await arriving(response);
        await leave(response);
        next = parseLink(response.headers.get('location') ?? '', next);
      }
      throw unavailable(new Error('too many redirects'));
    },
  };
}

async function readFound(response: Response): Promise<FoundMedia> {
  const body = await readJson(response);
  const failed = errorSchema.safeParse(body);
  if (failed.success) {
    const meaning = MEANINGS.get(failed.data.error.code);
    throw meaning === undefined ? unavailable(null) : new MediaFailure(meaning.reasonCode, meaning);
  }
  const found = foundSchema.safeParse(body);
  if (!response.ok || !found.success) throw unavailable(null);
  const { url, mime_type: mimeType, sha256, file_size: sizeBytes } = found.data;
  return { url, mimeType, sha256, sizeBytes };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return toStorable(await response.json());
  } catch (error) {
    throw unavailable(error);
  }
}

async function arriving(response: Response): Promise<ArrivingContent> {
  if (!response.ok || response.body === null) {
    await leave(response);
    throw deadLink(response.status);
  }
  const length = Number(response.headers.get('content-length') ?? NaN);
  return {
    bytes: readable(response.body),
    sizeBytes: Number.isSafeInteger(length) ? length : null,
    mimeType: response.headers.get('content-type'),
    leave: () => leave(response),
  };
}

/** A connection that breaks in the middle is no defect of ours. */
async function* readable(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw unavailable(error);
  }
}

async function leave(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

function parseLink(link: string, base: URL | null): URL | null {
  try {
    return base === null ? new URL(link) : new URL(link, base);
  } catch {
    return null;
  }
}

function deadLink(status: number): MediaFailure {
  if (!DEAD_LINK.has(status)) return unavailable(null);
  const reasonCode = status === 401 || status === 403 ? 'media.unauthorised' : 'media.not_found';
  return new MediaFailure(reasonCode, { isPassing: true, isLinkToBlame: true });
}

/** Tried again: somebody may add the host to the list while the file still lives. */
function notAllowed(): MediaFailure {
  return new MediaFailure('media.host_not_allowed', { isPassing: true, isLinkToBlame: true });
}

function unavailable(cause: unknown): MediaFailure {
  return new MediaFailure('media.unavailable', { isPassing: true, cause });
}
