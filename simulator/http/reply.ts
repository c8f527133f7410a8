import type { Request, Response } from 'express';

/** Answers with JSON in exactly the bytes and the content type given (express would rewrite the charset). */
export function sendJson(
  response: Response,
  answer: { status: number; body?: unknown; contentType?: string },
): void {
  response.statusCode = answer.status;
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
export function bodyText(request: Request): string {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body.toString('utf8') : '';
}

/** The parsed body: `{}` when none came, `undefined` when it is no JSON. */
export function bodyJson(request: Request): unknown {
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
