import type { Request, Response } from 'express';

export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Answers with JSON in exactly the bytes and the content type given (express would rewrite the charset). */
export function sendJson(response: Response, answer: Answer): void {
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.body === undefined) {
    response.end();
    return;
  }
  const bytes = Buffer.from(JSON.stringify(answer.body));
  response.setHeader('content-type', answer.contentType ?? 'application/json; charset=utf-8');
  response.setHeader('content-length', bytes.length);
  response.end(bytes);
}

/** The body as text; empty when none came. */
export function bodyText(request: Pick<Request, 'body'>): string {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body.toString('utf8') : '';
}

/** The parsed body: `{}` when none came, `undefined` when it is no JSON. */
export function bodyJson(request: Pick<Request, 'body'>): unknown {
  const text = bodyText(request);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The token of `Authorization: Bearer …`, or null. */
export function bearerToken(request: Request): string | null {
  const match = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
}

/** One value of the query string as text. */
export function queryText(request: Request, name: string): string | undefined {
  const value = request.query[name];
  if (typeof value === 'string') return value;
  return Array.isArray(value) && typeof value[0] === 'string' ? value[0] : undefined;
}

/** A list from the query string, written as repeated names, as one comma-separated value, or both. */
export function queryList(request: Request, name: string): string[] {
  const value = request.query[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values
    .filter((one) => typeof one === 'string')
    .flatMap((one) => one.split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
