import { z } from 'zod';
import { http } from '../support/http';
import type { HttpAnswer } from '../support/http';

export const PHONE_NUMBER_ID = '100000000000001';
/** Matchers that claim no type. */
export const anyText: unknown = expect.any(String);
export const textLike = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const textWith = (part: string): unknown => expect.stringContaining(part);
const sentSchema = z.looseObject({ messages: z.tuple([z.looseObject({ id: z.string() })]) });
const errorSchema = z.looseObject({
  error: z.looseObject({ code: z.number(), message: z.string(), fbtrace_id: z.string() }),
});

/** POST /messages as the product would make it. */
export function post(url: string, body: unknown, token = 'wa-token'): Promise<HttpAnswer> {
  return http(`${url}/whatsapp/v25.0/${PHONE_NUMBER_ID}/messages`, {
    json: body,
    headers: { authorization: `Bearer ${token}` },
  });
}

/** A text that must be accepted; gives its id. */
export async function sendText(url: string, to: string, body: string): Promise<string> {
  const answer = await post(url, textTo(to, body));
  return sentSchema.parse(answer.body).messages[0].id;
}

export function textTo(to: string, body: string): Readonly<Record<string, unknown>> {
  return { messaging_product: 'whatsapp', to, type: 'text', text: { body } };
}

/** Meta's error code in a refusal. */
export function codeOf(answer: HttpAnswer): number {
  return errorSchema.parse(answer.body).error.code;
}

/** Meta's error object in a refusal. */
export function errorOf(answer: HttpAnswer): Readonly<Record<string, unknown>> {
  return errorSchema.parse(answer.body).error;
}

/** Lets time pass in the simulated world. */
export async function advance(url: string, ms: number): Promise<void> {
  await control(url, '/clock', { advance_ms: ms });
}

/** Asks the control door; anything but 200 is a mistake of the test. */
export async function control(url: string, path: string, json?: unknown): Promise<unknown> {
  const answer = await http(`${url}/control${path}`, json === undefined ? {} : { json });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

/** A buyer writes through the control API; gives the message id. */
export async function buyerWrites(url: string, message: Readonly<Record<string, unknown>>): Promise<string> {
  const answer = await http(`${url}/control/whatsapp/messages`, { json: message });
  return z.looseObject({ id: z.string() }).parse(answer.body).id;
}

/** Changes settings of the simulator. */
export async function change(url: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await control(url, '/settings', settings);
}
