import { z } from 'zod';

/** A JSON Schema (2020-12) as it stands in the document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const jsonSchema = z.record(z.string(), z.unknown());
const NAMED_IN_ZOD = '"$ref":"#/$defs/';
const NAMED_IN_DOCUMENT = '"$ref":"#/components/schemas/';

/** Translates schemas, and collects those that have a name of their own. */
export class Components {
  readonly schemas = new Map<string, JsonSchema>();

  /** The schema of a request, as callers may send it. */
  ofRequest(schema: z.ZodType): JsonSchema {
    return this.translate(schema, 'input');
  }

  /** The schema of an answer, as callers get it. */
  ofAnswer(schema: z.ZodType): JsonSchema {
    return this.translate(schema, 'output');
  }

  private translate(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $defs: named, ...rest } = z.toJSONSchema(schema, { io });
    // The document names the dialect once, for all.
    delete rest.$schema;
    for (const [name, definition] of Object.entries(named ?? {}))
      this.schemas.set(name, forDocument(definition));
    return forDocument(rest);
  }
}

function forDocument(schema: object): JsonSchema {
  return jsonSchema.parse(JSON.parse(JSON.stringify(schema).replaceAll(NAMED_IN_ZOD, NAMED_IN_DOCUMENT)));
}

/** The part of a schema that is itself a schema, or nothing. */
export function partOf(schema: JsonSchema, name: string): JsonSchema | null {
  const parsed = jsonSchema.safeParse(schema[name]);
  return parsed.success ? parsed.data : null;
}

/** The parts of a schema that are a list of schemas. */
export function listOf(schema: JsonSchema, name: string): readonly JsonSchema[] {
  const parsed = z.array(jsonSchema).safeParse(schema[name]);
  return parsed.success ? parsed.data : [];
}
