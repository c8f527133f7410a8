import type { z } from 'zod';
import { WhatsAppError } from './whatsapp.errors';

/**
 * Graph checks the parameters of the call itself (100); what lies deeper is checked by WhatsApp, which tells a missing
 * value (131008) from a wrong one (131009).
 */
export type Depth = 'graph' | 'content';

/** Reads a value with a schema; throws Meta's error for the first thing that is wrong with it. */
export function parse<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  place: { readonly at: string; readonly depth: Depth },
): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path ?? [];
  const name = nameOf([...(place.at === '' ? [] : [place.at]), ...path]);
  const isMissing = valueAt(value, path) === undefined && issue?.code !== 'custom';
  if (place.depth === 'graph') {
    const details = isMissing
      ? `The parameter ${name} is required.`
      : `Param ${name}: ${issue?.message ?? ''}`;
    throw new WhatsAppError(100, details);
  }
  throw new WhatsAppError(isMissing ? 131008 : 131009, `${name}: ${issue?.message ?? 'not valid'}`);
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
