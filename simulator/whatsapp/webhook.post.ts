import { request as requestHttp } from 'node:http';
import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

export type PostOptions = {
  readonly headers: OutgoingHttpHeaders;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Written in pieces with pauses; null = at once. */
  readonly trickle: { readonly bytes: number; readonly pause_ms: number } | null;
  /** Where the connection is cut: in the middle of the body, or when it is written, before any answer is read. */
  readonly cut: 'body' | 'answer' | null;
};

/** Posts a body over a connection of its own, as slow or as broken as asked for; gives the status of the answer. */
export async function postWebhook(url: string, body: Buffer, options: PostOptions): Promise<number> {
  const { headers, signal, timeoutMs } = options;
  const open = url.startsWith('https:') ? requestHttps : requestHttp;
  const request = open(url, {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const status = answerOf(request);
  status.catch(() => undefined); // it may come while the body is still being written
  const writing = write(request, body, options);
  writing.catch(() => undefined); // after an early answer nobody asks what became of the rest
  return await Promise.race([status, writing.then(() => status)]);
}

function answerOf(request: ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      response.once('error', reject);
      response.once('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.resume();
    });
  });
}

async function write(request: ClientRequest, body: Buffer, { trickle, cut }: PostOptions): Promise<void> {
  const whole = cut === 'body' ? body.subarray(0, Math.floor(body.length / 2)) : body;
  for (const [index, piece] of piecesOf(whole, trickle?.bytes ?? whole.length).entries()) {
    if (index > 0) await sleep(trickle?.pause_ms);
    if (request.destroyed) return;
    await written(request, piece);
  }
  if (cut !== 'body') request.end();
  if (cut !== null) request.destroy(new Error(CUTS[cut]));
}

const CUTS = { body: 'cut in the middle of the body', answer: 'cut before the answer was read' } as const;

function piecesOf(bytes: Buffer, size: number): Buffer[] {
  const count = Math.ceil(bytes.length / Math.max(1, size));
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

/** A closed connection ends the wait too: the error of the request tells why. */
function written(request: ClientRequest, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    request.once('close', resolve);
    request.write(piece, () => {
      request.off('close', resolve);
      resolve();
    });
  });
}
