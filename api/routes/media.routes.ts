import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { isShownInline } from '../../domain/media/media.types';
import type { MediaStorage } from '../../platform/media-storage';
import type { RouteParts } from '../dependencies';
import { ApiProblem } from '../errors';
import { readMedia } from '../read/media';
import { PLAIN, raw } from '../route';
import type { Route } from '../route';

const bytes = z.string().meta({ format: 'binary' });

type File = {
  readonly key: string;
  readonly sizeBytes: number;
  readonly mimeType: string;
  readonly filename: string | null;
};

/** Files of buyers, for whoever has a link that was signed here: no token, so that a screen can show them. */
export const mediaRoutes: readonly Route[] = [
  raw({
    ...PLAIN,
    id: 'get-media',
    method: 'get',
    path: '/v1/media/{id}',
    tag: 'Media',
    summary: 'A file of a buyer, by its signed link',
    description:
      'Needs no token: the links stand in the messages of a conversation and work for some minutes. Takes a range of bytes.',
    scope: null,
    params: z.strictObject({ id: z.string() }),
    query: z.strictObject({
      expires: z.string().describe('from the link'),
      signature: z.string().describe('from the link'),
    }),
    answers: {
      200: { description: 'The file.', schema: bytes, mediaType: '*/*' },
      206: { description: 'The part that was asked for.', schema: bytes, mediaType: '*/*' },
    },
    problems: [
      'media_link_invalid',
      'media_link_expired',
      'media_not_found',
      'media_not_stored',
      'range_not_satisfiable',
    ],
    handle: async ({ params: { id }, request, response }, parts) => {
      const { expires, signature } = request.query;
      const verdict = parts.links.check(id, { expires, signature });
      if (verdict.kind === 'invalid') throw new ApiProblem('media_link_invalid');
      if (verdict.kind === 'expired') throw new ApiProblem('media_link_expired');
      const file = await findFile(parts, id);
      describe(response, file, verdict.secondsLeft);
      await send(request, response, { file, storage: parts.storage });
    },
  }),
];

async function findFile({ pool, storage }: RouteParts, id: string): Promise<File> {
  const media = await readMedia(pool, id);
  if (media === null) throw new ApiProblem('media_not_found');
  const { storageKey, mimeType, filename } = media;
  if (media.status !== 'stored' || storageKey === null || mimeType === null)
    throw new ApiProblem('media_not_stored', {
      members: { media_status: media.status, reason_code: media.reasonCode },
    });
  const sizeBytes = await storage.sizeOf(storageKey);
  // Stored once, and gone from the folder since.
  if (sizeBytes === null) throw new ApiProblem('media_not_found');
  return { key: storageKey, sizeBytes, mimeType, filename };
}

/** The type is one of ours: what the sender said must never make a browser run anything. */
function describe(response: Response, file: File, secondsLeft: number): void {
  // `attachment` guesses a type by the name of the file, which ours replaces.
  if (!isShownInline(file.mimeType)) response.attachment(file.filename ?? undefined);
  else response.set('Content-Disposition', 'inline');
  response.set({
    'Content-Type': file.mimeType,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; sandbox",
    // A screen of another origin may show it: the link is the permission.
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': `private, max-age=${secondsLeft}`,
    'Accept-Ranges': 'bytes',
    ETag: `"${file.key.split('/').at(-1) ?? ''}"`,
  });
}

async function send(
  request: Request,
  response: Response,
  { file, storage }: { readonly file: File; readonly storage: MediaStorage },
): Promise<void> {
  const range = rangeOf(request, response, file.sizeBytes);
  if (range === 'unsatisfiable') {
    response.removeHeader('Content-Disposition');
    throw new ApiProblem('range_not_satisfiable');
  }
  const { start, end } = range ?? { start: 0, end: file.sizeBytes - 1 };
  if (range !== null) response.status(206).set('Content-Range', `bytes ${start}-${end}/${file.sizeBytes}`);
  response.set('Content-Length', String(end - start + 1));
  if (request.method === 'HEAD' || file.sizeBytes === 0) {
    response.end();
    return;
  }
  try {
    await pipeline(storage.read(file.key, { start, end }), response);
  } catch (error) {
    // Whoever asked has gone away, as players do that only wanted the beginning.
    if (!response.destroyed) throw error;
  }
}

/** The one range that was asked for; null = all. Several at once are answered with all, which the standard allows. */
function rangeOf(
  request: Request,
  response: Response,
  sizeBytes: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | null {
  const ifRange = request.headers['if-range'];
  if (ifRange !== undefined && ifRange !== response.get('ETag')) return null;
  const ranges = request.range(sizeBytes);
  if (ranges === -1) {
    response.set('Content-Range', `bytes */${sizeBytes}`);
    return 'unsatisfiable';
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return null;
  return ranges[0] ?? null;
}
