import { Ajv2020 } from 'ajv/dist/2020';
import type { ValidateFunction } from 'ajv/dist/2020';
import formats from 'ajv-formats';
import { z } from 'zod';
import { createDocument } from '../../api/openapi/document';
import type { JsonSchema } from '../../api/openapi/json-schema';
import type { Route } from '../../api/route';
import { ROUTES } from '../../api/routes';

const schema = z.record(z.string(), z.unknown());
const reference = z.strictObject({ $ref: z.string() });
const content = z.record(
  z.string(),
  z.looseObject({ schema, example: z.unknown().optional(), examples: z.unknown().optional() }),
);
const response = z.looseObject({ description: z.string().min(1), content });
const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(1),
  description: z.string().min(1),
  parameters: z.array(
    z.looseObject({
      name: z.string(),
      in: z.enum(['path', 'query', 'header']),
      required: z.boolean(),
      schema,
    }),
  ),
  requestBody: z.looseObject({ content }).optional(),
  responses: z.record(z.string(), z.union([reference, response])),
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({
    schemas: z.record(z.string(), schema),
    responses: z.record(z.string(), response),
    examples: z.record(z.string(), z.looseObject({ value: z.unknown() })),
  }),
});

export type Operation = z.infer<typeof operation>;
export type Response = z.infer<typeof response>;

/** The document, read back as whoever generates a program from it would. */
export const DOCUMENT = documentSchema.parse(JSON.parse(JSON.stringify(createDocument(ROUTES))));

/** What the document says about a route. */
export function operationOf(route: Route): Operation {
  const found = DOCUMENT.paths[route.path]?.[route.method];
  if (found === undefined) throw new Error(`${route.id} is not in the document`);
  return found;
}

/** What the document says about an answer with this status; null = it knows of none. */
export function responseOf(one: Operation, status: number): Response | null {
  const found = one.responses[String(status)];
  if (found === undefined) return null;
  const named = reference.safeParse(found);
  if (!named.success) return response.parse(found);
  return DOCUMENT.components.responses[named.data.$ref.split('/').at(-1) ?? ''] ?? null;
}

/** A schema that is named elsewhere in the document. */
export function resolve(name: string): JsonSchema {
  const found = DOCUMENT.components.schemas[name.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`the document has no ${name}`);
  return found;
}

const ajv = new Ajv2020({ strict: false });
formats(ajv);
const compiled = new Map<string, ValidateFunction>();

/** What is wrong with a value by a schema of the document; null = nothing. */
export function faultOf(value: unknown, by: JsonSchema): string | null {
  const text = JSON.stringify(by);
  let check = compiled.get(text);
  if (check === undefined) {
    check = ajv.compile({ ...by, components: { schemas: DOCUMENT.components.schemas } });
    compiled.set(text, check);
  }
  return check(value) ? null : ajv.errorsText(check.errors);
}
