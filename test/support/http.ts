import { PATIENCE_MS } from './wait-for';

export type HttpAnswer = {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or the text where it is none. */
  readonly body: unknown;
};

export type HttpRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly json?: unknown;
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Breaks the request off. */
  readonly signal?: AbortSignal;
};

/** One HTTP request; every status is an answer, only a broken connection or a late answer throws. */
export async function http(url: string, request: HttpRequest = {}): Promise<HttpAnswer> {
  const body = request.json === undefined ? request.raw : JSON.stringify(request.json);
  const response = await fetch(url, {
    method: request.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...request.headers },
    signal: AbortSignal.any([
      AbortSignal.timeout(request.timeoutMs ?? PATIENCE_MS),
      ...(request.signal === undefined ? [] : [request.signal]),
    ]),
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: jsonOrText(text) };
}

function jsonOrText(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return text;
  }
}

/** Says whether the address answers 200; one that is slow is waited for, so that false is never a matter of speed. */
export async function isUp(url: string): Promise<boolean> {
  try {
    return (await http(url)).status === 200;
  } catch {
    return false;
  }
}
