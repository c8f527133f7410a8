import type { z } from 'zod';
import { ApiProblem } from './errors';
import type { FieldError } from './errors';

/** What a request gave, checked; answers 422 with every wrong field when it is not as the contract says. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  name = 'body',
): z.infer<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ApiProblem('invalid_request', {
    errors: parsed.error.issues.flatMap((issue) => describe(issue, name)),
  });
}

function describe(issue: z.core.$ZodIssue, name: string): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: [...path, key].join('.'),
      message: 'is not a field of this request',
    }));
  return [{ field: path.length === 0 ? name : path.join('.'), message: issue.message }];
}
