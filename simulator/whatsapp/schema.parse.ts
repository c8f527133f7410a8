import type { z } from 'zod';
import { WhatsAppError } from './whatsapp.errors';

/**
 * Graph checks the parameters of the call itself (100); what lies deeper is checked by WhatsApp, which tells a missing
 * value (131008) from a wrong one (131009).
 */
export type Depth = 'graph' | 'content';

/** Reads a value with a schema; throws Meta's error for the first thing that is wrong with it. */
export function parse<Value>(schema: z.ZodType<Value>, value: unknown, place: Place): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw refusal(result.error, value, place);
}

type Place = { readonly at: string; readonly depth: Depth };

function refusal(error: z.ZodError, value: unknown, { at, depth }: Place): WhatsAppError {
  const { path = [], message = 'not valid', code } = error.issues[0] ?? {};
  const name = nameOf(at === '' ? path : [at, ...path]);
  const isMissing = code !== 'custom' && valueAt(value, path) === undefined;
  if (depth === 'content') return new WhatsAppError(isMissing ? 131008 : 131009, `${name}: ${message}`);
  const details = isMissing ? `The parameter ${name} is required.` : `Param ${name}: ${message}`;
  return new WhatsAppError(100, details);
}

/** A path as Graph writes it: `text['body']`. */
function nameOf(path: readonly PropertyKey[]): string {
  const [first = 'body', ...rest] = path.map(String);
  return `${first}${rest.map((part) => `['${part}']`).join('')}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([name]) => name === String(part))?.[1];
  }
  return at;
}
