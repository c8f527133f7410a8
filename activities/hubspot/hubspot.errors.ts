import type { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { permanent, retryable } from '../failures';

/**
 * How a call to HubSpot failed.
 * `unavailable`: it never reached HubSpot. `ambiguous`: it may have taken effect. `rejected`: no repetition mends it.
 */
type HubSpotFailureClass =
  | 'rate-limited'
  | 'unavailable'
  | 'ambiguous'
  | 'unauthorised'
  | 'rejected'
  | 'conflict'
  | 'not-found'
  | 'locked'
  | 'migrating';

/** A failed call without any word of HubSpot's message: those hold people's data. */
export type HubSpotFailure = {
  readonly class: HubSpotFailureClass;
  readonly code: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly policyName?: string;
  readonly correlationId?: string;
  /** The properties HubSpot found fault with. */
  readonly propertyNames?: readonly string[];
  /** The record that already holds the value. */
  readonly existingId?: string;
};

/** The only error the HubSpot client throws. */
export class HubSpotCallError extends Error {
  override readonly name = 'HubSpotCallError';
  readonly failure: HubSpotFailure;
  constructor(failure: HubSpotFailure) {
    super(`${failure.class}: ${failure.code}`);
    this.failure = failure;
  }
}

/** Thrown inside the client when a call takes longer than its limit. */
export class HubSpotTimeout extends Error {
  readonly code = 'TIMEOUT';
}

const SECOND_MS = 1000;
const RETRY_AFTER_MS: Readonly<Record<string, number>> = {
  TEN_SECONDLY_ROLLING: 10 * SECOND_MS,
  SECONDLY: SECOND_MS,
  // The day ends at midnight of the account's zone, which is not known here: look again now and then.
  DAILY: 1800 * SECOND_MS,
};
const DEFAULT_RETRY_AFTER_MS = 10 * SECOND_MS;
const LOCK_MS = 2 * SECOND_MS;
const MIGRATION_DEFAULT_MS = 60 * SECOND_MS;
const MIGRATION_MAX_MS = 24 * 3600 * SECOND_MS;
const UNAUTHORISED_RETRY_MS = 60 * SECOND_MS;

/** Answers of a proxy in front of HubSpot that could not reach it. */
const NEVER_ARRIVED_STATUSES = new Set([503, 521, 522, 523, 525, 526]);
const NEVER_ARRIVED_CODES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const text = z.string().optional().catch(undefined);
const detailSchema = z.object({
  code: text,
  in: text,
  message: text,
  context: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
});
const bodySchema = z.object({
  category: text,
  errorType: text,
  subCategory: text,
  message: text,
  policyName: text,
  correlationId: text,
  errors: z.array(detailSchema).optional().catch(undefined),
});
type ErrorBody = z.infer<typeof bodySchema>;

const answerSchema = z.object({
  // Errors of the runtime may carry small numbers as codes.
  code: z.number().min(100),
  body: z.unknown(),
  headers: z.record(z.string(), z.string()).optional().catch(undefined),
});

/** Tells by its shape what an error of the SDK means; the SDK has one error class per module, so classes say nothing. */
export function classify(error: unknown): HubSpotFailure {
  if (error instanceof HubSpotCallError) return error.failure;
  const answer = answerSchema.safeParse(error);
  if (answer.success)
    return classifyAnswer(answer.data.code, answer.data.body, answer.data.headers?.['retry-after']);
  const code = transportCode(error);
  return { class: NEVER_ARRIVED_CODES.has(code) ? 'unavailable' : 'ambiguous', code };
}

/** Tells what an HTTP answer with an error status means. */
export function classifyAnswer(
  status: number,
  body: unknown,
  retryAfter: string | undefined,
): HubSpotFailure {
  const parsed = bodySchema.safeParse(body);
  const details: ErrorBody = parsed.success ? parsed.data : {};
  const isJson = parsed.success;
  const failureClass = classOf(status, details, isJson);
  const retryAfterMs = retryAfterOf(failureClass, details, retryAfter);
  const propertyNames = propertyNamesOf(details);
  const existingId = /Existing ID: (\d+)/.exec(details.message ?? '')?.[1];
  return {
    class: failureClass,
    code: codeOf(status, details),
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(details.policyName === undefined ? {} : { policyName: details.policyName }),
    ...(details.correlationId === undefined ? {} : { correlationId: details.correlationId }),
    ...(propertyNames.length === 0 ? {} : { propertyNames }),
    ...(existingId === undefined ? {} : { existingId }),
  };
}

/** The failure an activity reports for a failed call: a type, a code and a deliberate choice to try again or not. */
export function toApplicationFailure(failure: HubSpotFailure): ApplicationFailure {
  if (!isPassing(failure)) return permanent('hubspot-rejected', failure.code);
  if (failure.class === 'rate-limited')
    return retryable('hubspot-rate-limited', failure.policyName ?? failure.code, failure.retryAfterMs);
  // A token is replaced while the work waits; nothing is given up meanwhile.
  if (failure.class === 'unauthorised')
    return retryable('hubspot-unauthorised', failure.code, UNAUTHORISED_RETRY_MS);
  return retryable('hubspot-unavailable', failure.code, failure.retryAfterMs);
}

/** True when the failure concerns HubSpot as a whole, so that other rows would fail in the same way. */
export function concernsEveryRow(failure: HubSpotFailure): boolean {
  return ['rate-limited', 'unauthorised', 'migrating'].includes(failure.class);
}

/** True when another attempt may succeed. */
export function isPassing(failure: HubSpotFailure): boolean {
  return !['rejected', 'conflict', 'not-found'].includes(failure.class);
}

const CLASS_BY_STATUS: Readonly<Record<number, HubSpotFailureClass>> = {
  401: 'unauthorised',
  403: 'unauthorised',
  408: 'ambiguous',
  409: 'conflict',
  423: 'locked',
  429: 'rate-limited',
  477: 'migrating',
};

function classOf(status: number, body: ErrorBody, isJson: boolean): HubSpotFailureClass {
  const known = CLASS_BY_STATUS[status];
  if (known !== undefined) return known;
  // The SDK throws on a success it did not expect.
  if (status < 400) return 'ambiguous';
  // Only HubSpot itself can say that a record does not exist; a gateway's page cannot.
  if (status === 404) return isJson ? 'not-found' : 'unavailable';
  if (status >= 500) return NEVER_ARRIVED_STATUSES.has(status) ? 'unavailable' : 'ambiguous';
  return namesCode(body, 'CONFLICTING_UNIQUE_VALUE') ? 'conflict' : 'rejected';
}

function namesCode(body: ErrorBody, code: string): boolean {
  const codes = (body.errors ?? []).flatMap((detail) => [detail.code ?? '', detail.message ?? '']);
  return [body.subCategory ?? '', body.message ?? '', ...codes].some((part) => part.includes(code));
}

function retryAfterOf(
  failureClass: HubSpotFailureClass,
  body: ErrorBody,
  retryAfter: string | undefined,
): number | undefined {
  const headerMs = Number(retryAfter) > 0 ? Number(retryAfter) * SECOND_MS : undefined;
  if (failureClass === 'rate-limited')
    return RETRY_AFTER_MS[body.policyName ?? ''] ?? headerMs ?? DEFAULT_RETRY_AFTER_MS;
  if (failureClass === 'locked') return LOCK_MS;
  if (failureClass === 'migrating') return Math.min(headerMs ?? MIGRATION_DEFAULT_MS, MIGRATION_MAX_MS);
  return undefined;
}

/** Codes and property names are ours or HubSpot's words; everything else in a message may be a person's. */
function codeOf(status: number, body: ErrorBody): string {
  const fromMessage = /"error":"([A-Z][A-Z_]+)"/.exec(body.message ?? '')?.[1];
  const detail = body.errors?.map((entry) => entry.code).find((code) => code !== undefined) ?? fromMessage;
  const parts = [body.category ?? body.errorType ?? `HTTP_${status}`, detail].filter(isCode);
  return parts.length === 0 ? `HTTP_${status}` : parts.join(':');
}

function isCode(value: string | undefined): value is string {
  return value !== undefined && /^[A-Za-z][A-Za-z0-9_.]{0,63}$/.test(value);
}

function propertyNamesOf(body: ErrorBody): readonly string[] {
  const fromContext = (body.errors ?? []).flatMap((detail) => [
    ...(detail.context?.['propertyName'] ?? []),
    ...(detail.context?.['properties'] ?? []),
    ...(detail.in === undefined ? [] : [detail.in]),
  ]);
  const fromMessage = [...(body.message ?? '').matchAll(/"name":"([a-z0-9_]+)"/g)].map((match) => match[1]);
  const names = [...fromContext, ...fromMessage].filter((name) => name !== undefined);
  return [...new Set(names.filter((name) => /^[a-z][a-z0-9_]*$/.test(name)))];
}

const transportSchema = z.object({ code: text, cause: z.object({ code: text }).optional().catch(undefined) });

function transportCode(error: unknown): string {
  const parsed = transportSchema.safeParse(error);
  const code = parsed.success ? (parsed.data.code ?? parsed.data.cause?.code) : undefined;
  return code !== undefined && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : 'NO_ANSWER';
}
