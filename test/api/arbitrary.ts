import fc from 'fast-check';
import { listOf, partOf } from '../../api/openapi/json-schema';
import type { JsonSchema } from '../../api/openapi/json-schema';
import { resolve } from './document';

/** Text that has broken programs before: none of it may do more than be refused. */
const NASTY_TEXT = [
  '',
  ' ',
  'null',
  '\u0000',
  'a\u0000b',
  '\ud83d',
  '\udc00x',
  '\u202e',
  "'; drop table send; --",
  '${7*7}',
  '../../etc/passwd',
  '%00',
  '9'.repeat(40),
  'x'.repeat(5_000),
  '🛋️'.repeat(300),
  '-1',
  '1e999',
  'NaN',
  'true',
  '00000000-0000-0000-0000-000000000000',
  'not-a-uuid',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-14:00',
  '2026-02-30T00:00:00Z',
];
const NASTY_NUMBERS = [0, -1, 0.5, 1e308, -1e308, 2 ** 53, 2 ** 63, 1e-320];

export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_TEXT),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** Any JSON that no schema asks for. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  fc.constantFrom(...NASTY_NUMBERS),
  fc.constantFrom(null, true, false, [], {}, [[]], [null], { '': '' }, { a: { b: { c: '\u0000' } } }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** How seldom a value is another one than the schema asks for: often enough that most requests have one or two. */
const GOOD_WEIGHT = 14;

/** Values as a schema of the document describes them, and now and then something else in their place. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: GOOD_WEIGHT, arbitrary: goodOf(schema) }, { weight: 1, arbitrary: nasty });
}

function goodOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const reference = schema['$ref'];
  if (typeof reference === 'string') return arbitraryOf(resolve(reference));
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const choices = [...listOf(schema, 'anyOf'), ...listOf(schema, 'oneOf')];
  if (choices.length > 0) return fc.oneof(...choices.map(arbitraryOf));
  if (schema['type'] === 'object') return objectOf(schema);
  if (schema['type'] === 'array')
    return fc.array(arbitraryOf(partOf(schema, 'items') ?? {}), { maxLength: 4 });
  return scalarOf(schema);
}

function objectOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const properties = partOf(schema, 'properties') ?? {};
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []);
  const parts = Object.keys(properties).map((name) => ({
    name,
    value: arbitraryOf(partOf(properties, name) ?? {}),
    isThere: required.has(name)
      ? fc.oneof({ weight: 30, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) })
      : fc.boolean(),
  }));
  const known = fc
    .tuple(...parts.map(({ value, isThere }) => fc.tuple(isThere, value)))
    .map((values) =>
      Object.fromEntries(
        values.flatMap(([isThere, value], at) => (isThere ? [[parts[at]?.name ?? '', value]] : [])),
      ),
    );
  const more = fc.oneof(
    { weight: 20, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(nastyText, nasty, { maxKeys: 2 }) },
  );
  return fc.tuple(known, more).map(([one, other]) => ({ ...other, ...one }));
}

function scalarOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { type, format } = schema;
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'integer' || type === 'number') return wholeNumberOf(schema);
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') return instants;
  if (format === 'uri') return fc.webUrl();
  return type === 'string' ? textOf(schema) : nasty;
}

function wholeNumberOf({ minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  return fc.integer({
    min: typeof minimum === 'number' ? Math.max(minimum, -1_000_000) : -5,
    max: typeof maximum === 'number' ? Math.min(maximum, 1_000_000) : 1_000_000,
  });
}

const instants = fc
  .date({ min: new Date('1971-01-01'), max: new Date('9998-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

function textOf(schema: JsonSchema): fc.Arbitrary<string> {
  const { pattern } = schema;
  if (typeof pattern === 'string' && !/\(\?[!=]/.test(pattern)) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength: 1, maxLength: 40 });
}
