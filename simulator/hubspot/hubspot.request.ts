import type { Request, Response } from 'express';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { bodyJson, sendJson } from '../http/reply';
import { badRequest } from './hubspot.errors';

const CONTENT_TYPE = 'application/json;charset=utf-8';
const BATCH_MAX = 100;
// The published schemas know no 207 and hold every status they do not name against the error schema.
const MULTI_STATUS = { category: 'MULTI_STATUS', message: 'Some inputs could not be handled.' };

/** Answers as HubSpot does, in its very content type. */
export function answer(response: Response, status: number, body?: unknown): void {
  sendJson(response, { status, body, contentType: CONTENT_TYPE });
}

/** The body in the form wanted, or HubSpot's refusal. */
export function parseBody<Value>(request: Request, schema: z.ZodType<Value>): Value {
  const json = bodyJson(request);
  if (json === undefined) throw badRequest('Invalid input JSON on line 1, column 1: Unexpected character');
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw badRequest(
    `Invalid input JSON on line 1, column 1: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}

/** An id in JSON: the real API also takes numbers. */
export const idSchema = z.union([z.string().min(1), z.number()]).transform(String);
export const propertiesSchema = z.record(z.string(), z.unknown());
export const associationSpecSchema = z.looseObject({
  associationCategory: z.enum(['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED', 'WORK']),
  associationTypeId: z.int(),
});
export const createSchema = z.looseObject({
  properties: propertiesSchema,
  associations: z
    .array(
      z.looseObject({
        to: z.looseObject({ id: idSchema }),
        types: z.array(associationSpecSchema),
      }),
    )
    .optional(),
  objectWriteTraceId: z.string().optional(),
});

/** A list of inputs of one batch request. */
export function batchSchema<Input extends z.ZodType>(
  input: Input,
): z.ZodObject<{ inputs: z.ZodArray<Input> }, z.core.$loose> {
  return z.looseObject({ inputs: z.array(input) });
}

/** Refuses batches that are larger than HubSpot takes. */
export function checkBatchSize(inputs: readonly unknown[], max = BATCH_MAX): void {
  if (inputs.length > max) {
    throw badRequest(
      `The maximum number of inputs supported in a batch request is ${max}; ${inputs.length} were given.`,
    );
  }
}

/** The body of a finished batch; with errors it is a partial success (207). */
export function batchResponse(
  results: readonly unknown[],
  errors: readonly unknown[],
  startedAtMs: number,
): { readonly isPartial: boolean; readonly body: unknown } {
  const isPartial = errors.length > 0;
  return {
    isPartial,
    body: {
      status: 'COMPLETE',
      results,
      startedAt: new Date(startedAtMs).toISOString(),
      completedAt: new Date().toISOString(),
      ...(isPartial && { numErrors: errors.length, errors, ...MULTI_STATUS, correlationId: randomUUID() }),
    },
  };
}
