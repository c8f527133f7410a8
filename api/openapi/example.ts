import { z } from 'zod';
import { listOf, partOf } from './json-schema';
import type { JsonSchema } from './json-schema';
import { NUMBERS, WORDS } from './example-words';

const FORMATS: Readonly<Record<string, string>> = {
  uuid: '3f0c2a9e-6d1b-4c58-9a47-2b7de1f0c6a4',
  'date-time': '2026-11-23T09:30:00.000Z',
  date: '2026-11-23',
  uri: 'https://example.com/brochure.pdf',
};

/** Reads `$ref`s of the document. */
export type Resolve = (reference: string) => JsonSchema;

/**
 * An example of what a schema describes, made of the schema itself, so that it cannot go stale. What a schema leaves open
 * comes from the names of the fields; a schema whose fields depend on each other brings an example of its own.
 */
export function exampleOf(schema: JsonSchema, resolve: Resolve, name = ''): unknown {
  const given = givenExample(schema);
  if (given !== undefined) return given;
  const reference = schema['$ref'];
  if (typeof reference === 'string') return exampleOf(resolve(reference), resolve, name);
  const [choice] = [...listOf(schema, 'anyOf'), ...listOf(schema, 'oneOf')];
  if (choice !== undefined) return exampleOf(choice, resolve, name);
  if (schema['type'] === 'object') return exampleObject(schema, resolve, name);
  if (schema['type'] === 'array') return exampleList(schema, resolve, name);
  return exampleValue(schema, name);
}

function givenExample(schema: JsonSchema): unknown {
  const [first] = [...valuesOf(schema['examples']), ...valuesOf(schema['enum'])];
  return first ?? schema['const'] ?? schema['default'];
}

function valuesOf(list: unknown): readonly unknown[] {
  return z.array(z.unknown()).catch([]).parse(list);
}

function exampleObject(schema: JsonSchema, resolve: Resolve, name: string): unknown {
  const properties = partOf(schema, 'properties');
  if (properties === null) return WORDS_OF_RECORDS[name] ?? {};
  return Object.fromEntries(
    Object.keys(properties).map((key) => [key, exampleOf(partOf(properties, key) ?? {}, resolve, key)]),
  );
}

/** Objects of which only the reader knows the keys. */
const WORDS_OF_RECORDS: Readonly<Record<string, object>> = { details: { attempt: 1 } };

function exampleList(schema: JsonSchema, resolve: Resolve, name: string): readonly unknown[] {
  const items = partOf(schema, 'items');
  return items === null ? [] : [exampleOf(items, resolve, name)];
}

function exampleValue(schema: JsonSchema, name: string): unknown {
  const { type, format } = schema;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  if (type === 'integer' || type === 'number') return NUMBERS[name] ?? 1;
  const formatted = typeof format === 'string' ? FORMATS[format] : undefined;
  return formatted ?? WORDS[name] ?? (type === 'string' ? name : null);
}
