import { z } from 'zod';
import type { Request, RequestHandler, Response } from 'express';
import { bodyJson, bodyText } from '../http/reply';
import type { WhatsAppStore } from './whatsapp.store';

const MESSAGES_PATH = /^\/[^/]+\/([^/]+)\/messages$/;
const localsSchema = z.looseObject({
  callId: z.string().nullable().default(null),
  failWith: z.number().nullable().default(null),
});
const addressSchema = z.looseObject({
  to: z.string().optional().catch(undefined),
  recipient: z.string().optional().catch(undefined),
});
const errorSchema = z.looseObject({ error: z.looseObject({ code: z.number() }) });

/**
 * Notes every POST to /messages and what its caller got, whatever happens to it in between. Stands before the faults, so
 * that what they cut off is noted too.
 */
export function callRecorder(store: WhatsAppStore, now: () => number): RequestHandler {
  return (request, response, next) => {
    const phoneNumberId = request.method === 'POST' ? MESSAGES_PATH.exec(request.path)?.[1] : undefined;
    if (phoneNumberId === undefined) {
      next();
      return;
    }
    const json = bodyJson(request);
    const callId = store.addCall({
      kind: isReadMark(json) ? 'read' : 'message',
      at_ms: now(),
      phone_number_id: phoneNumberId,
      request: json ?? bodyText(request),
      address: addressOf(json),
      wamid: null,
      answer: null,
    });
    response.locals['callId'] = callId;
    noteAnswer(response, (answer) => {
      store.changeCall(callId, { answer });
    });
    next();
  };
}

/** The row of the call that a request came with, and the failure planned for it. */
export function callOf(response: Response): { callId: string | null; failWith: number | null } {
  const { callId, failWith } = localsSchema.parse(response.locals);
  return { callId, failWith };
}

/** Makes the message of this call fail later, after it was taken. */
export function failLater(response: Response, code: number): void {
  response.locals['failWith'] = code;
}

type Noted = { readonly status: number | null; readonly error_code: number | null };

/** Tells once what left the house: before the caller can see it, or that nothing did. */
function noteAnswer(response: Response, note: (answer: Noted) => void): void {
  const end = response.end.bind(response);
  let isNoted = false;
  response.end = (...finalArguments: unknown[]): Response => {
    const [chunk] = finalArguments;
    isNoted = true;
    note({ status: response.statusCode, error_code: errorCodeOf(chunk) });
    if (Buffer.isBuffer(chunk) || typeof chunk === 'string') return end(chunk);
    return end();
  };
  response.once('close', () => {
    if (!isNoted) note({ status: null, error_code: null });
  });
}

function errorCodeOf(chunk: unknown): number | null {
  if (!Buffer.isBuffer(chunk)) return null;
  try {
    return errorSchema.safeParse(JSON.parse(chunk.toString('utf8'))).data?.error.code ?? null;
  } catch {
    return null;
  }
}

function isReadMark(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'status' in json;
}

/** The digits or the user id that a message is addressed to. */
function addressOf(json: unknown): string | null {
  const { to = '', recipient = '' } = addressSchema.safeParse(json).data ?? {};
  if (to !== '') return to.replace(/[\s()+-]/g, '');
  return recipient === '' ? null : recipient;
}

/** The business number and the address of a request to /messages that carries a message; null = any other request. */
export function sendOf(
  request: Pick<Request, 'method' | 'path' | 'body'>,
): { phoneNumberId: string; address: string | null } | null {
  const phoneNumberId = MESSAGES_PATH.exec(request.path)?.[1];
  if (request.method !== 'POST' || phoneNumberId === undefined) return null;
  const json = bodyJson(request);
  return isReadMark(json) ? null : { phoneNumberId, address: addressOf(json) };
}
