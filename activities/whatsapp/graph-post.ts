import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Socket } from 'node:net';

/** What WhatsApp answered, read to its end. */
export type PostAnswer = { readonly status: number; readonly headers: Headers; readonly text: string };

/** A call without an answer. */
export class PostFailed extends Error {
  override readonly name = 'PostFailed';
  /** That of the socket where there is one; quotes nothing. */
  readonly code: string;
  /** No connection ever stood, encryption included: not a byte of the request can have been processed. */
  readonly wasNeverConnected: boolean;

  constructor(code: string, wasNeverConnected: boolean) {
    super(`the call failed: ${code}`);
    this.code = code;
    this.wasNeverConnected = wasNeverConnected;
  }
}

/** Posts a JSON body; within `timeoutMs` all of the answer must have come. Throws PostFailed. */
export type GraphPost = (path: string, body: unknown, timeoutMs: number) => Promise<PostAnswer>;

/** An idle connection is closed before the other side may think of it. */
const IDLE_MS = 4_000;

/**
 * Posts to WhatsApp, once each. It knows whether a connection ever stood, which `fetch` does not tell: whether a message may
 * have left hangs on that.
 */
export function createGraphPost(settings: {
  readonly baseUrl: string;
  readonly accessToken: string;
  /** Within this a connection must stand, its name looked up and its encryption agreed upon. */
  readonly connectTimeoutMs: number;
}): GraphPost {
  const isEncrypted = settings.baseUrl.startsWith('https:');
  const request = isEncrypted ? requestHttps : requestHttp;
  const agent = new (isEncrypted ? HttpsAgent : HttpAgent)({ keepAlive: true, timeout: IDLE_MS });
  const begin = (path: string, text: string): ClientRequest => {
    try {
      return request(`${settings.baseUrl}/${path}`, {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${settings.accessToken}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        },
      });
    } catch (error) {
      throw new PostFailed(codeOf(error), true);
    }
  };
  return async (path, body, timeoutMs) => {
    const text = JSON.stringify(body);
    const call = begin(path, text);
    const answer = answerTo(call, {
      timeoutMs,
      connectTimeoutMs: settings.connectTimeoutMs,
      connected: isEncrypted ? 'secureConnect' : 'connect',
    });
    call.end(text);
    return await answer;
  };
}

type Times = { readonly timeoutMs: number; readonly connectTimeoutMs: number; readonly connected: string };

function answerTo(call: ClientRequest, times: Times): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const endAfter = (ms: number, code: string) =>
      setTimeout(() => call.destroy(Object.assign(new Error(code), { code })), ms);
    const wholeTimer = endAfter(times.timeoutMs, 'timeout');
    const connectTimer = endAfter(times.connectTimeoutMs, 'connect_timeout');
    const stopTimers = (): void => {
      clearTimeout(wholeTimer);
      clearTimeout(connectTimer);
    };
    const noteConnection = (): void => {
      isConnected = true;
      clearTimeout(connectTimer);
    };
    call.on('socket', (socket: Socket) => {
      // One that served an earlier call stands already.
      if (call.reusedSocket) noteConnection();
      else socket.once(times.connected, noteConnection);
    });
    const fail = (error: unknown): void => {
      stopTimers();
      reject(new PostFailed(codeOf(error), !isConnected));
    };
    call.on('error', fail);
    call.on('response', (response) => {
      readAnswer(response).then((answer) => {
        stopTimers();
        resolve(answer);
      }, fail);
    });
  });
}

async function readAnswer(response: IncomingMessage): Promise<PostAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk as Uint8Array));
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  return { status: response.statusCode ?? 0, headers, text: Buffer.concat(chunks).toString('utf8') };
}

function codeOf(error: unknown): string {
  // Not every error of the network is an `Error` of this realm.
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'unknown';
}
