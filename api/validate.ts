import type { z } from 'zod';
import { NOT_STORABLE, storable } from './contract/values.contract';
import { ApiProblem } from './errors';
import type { FieldError } from './errors';

/** What a request gave, checked; answers 422 with every wrong field when it is not as the contract says. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  place: FieldError['in'],
): z.infer<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) {
    const path = findUnstorable(parsed.data);
    if (path === null) return parsed.data;
    throw new ApiProblem('invalid_request', { errors: [{ in: place, path, message: NOT_STORABLE }] });
  }
  throw new ApiProblem('invalid_request', {
    errors: parsed.error.issues.flatMap((issue) => describe(issue, place)),
  });
}

/** Where in a value text stands that Postgres cannot keep, also where the contract leaves open what is sent; null = nowhere. */
function findUnstorable(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return storable(value) ? null : [];
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    if (!storable(key)) return [];
    const found = findUnstorable(part);
    if (found !== null) return [key, ...found];
  }
  return null;
}

function describe(issue: z.core.$ZodIssue, place: FieldError['in']): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      in: place,
      path: [...path, key],
      message: 'is not a field of this request',
    }));
  return [{ in: place, path, message: issue.message }];
}
