import { randomBytes } from 'node:crypto';
import type { Answer } from '../http/reply';
import { isThrottle, isTransient, kindOf } from './error.codes';

const GRAPH_OBJECT_MISSING = 33;
const USAGE_ACCOUNT_ID = '100000000000002';
/** How long a throttled caller is told to stay away, if the rule that refused it knows no better. */
const RETRY_AFTER_SECONDS = 60;

type ErrorOptions = { readonly subcode?: number; readonly retryAfterSeconds?: number };

/** A refusal by the Cloud API, thrown by the rules and turned into Meta's error JSON at the edge. */
export class WhatsAppError extends Error {
  readonly code: number;
  readonly details: string;
  readonly subcode: number | null;
  readonly retryAfterSeconds: number;

  constructor(code: number, details?: string, options: ErrorOptions = {}) {
    const told = details ?? detailsOf(code);
    super(told);
    this.code = code;
    this.details = told;
    this.subcode = options.subcode ?? null;
    this.retryAfterSeconds = options.retryAfterSeconds ?? RETRY_AFTER_SECONDS;
  }
}

/** HTTP status, headers and body of an error answer. */
export function errorAnswer(error: WhatsAppError): Answer {
  const { code, details, subcode } = error;
  const kind = kindOf(code);
  const isMissing = subcode === GRAPH_OBJECT_MISSING;
  return {
    status: kind.status,
    headers: throttleHeaders(error),
    body: {
      error: {
        message: messageOf(error),
        type: isMissing ? 'GraphMethodException' : 'OAuthException',
        code,
        ...(subcode !== null && { error_subcode: subcode }),
        ...(isTransient(code) && { is_transient: true }),
        ...(code !== 190 && { error_data: { messaging_product: 'whatsapp', details } }),
        fbtrace_id: `A${randomBytes(16).toString('base64url')}`,
      },
    },
  };
}

function messageOf({ code, details, subcode }: WhatsAppError): string {
  if (code === 190 || subcode === GRAPH_OBJECT_MISSING) return details;
  return `(#${code}) ${code === 100 ? details : kindOf(code).title}`;
}

/** Meta tells the wait in whole minutes in the usage header; a client that reads only Retry-After gets it in seconds. */
function throttleHeaders({ code, retryAfterSeconds }: WhatsAppError): Readonly<Record<string, string>> {
  if (!isThrottle(code)) return {};
  const usage = {
    type: 'whatsapp',
    call_count: 100,
    total_cputime: 5,
    total_time: 5,
    estimated_time_to_regain_access: Math.ceil(retryAfterSeconds / 60),
  };
  return {
    'retry-after': String(retryAfterSeconds),
    'x-business-use-case-usage': JSON.stringify({ [USAGE_ACCOUNT_ID]: [usage] }),
  };
}

function detailsOf(code: number): string {
  const { details, title } = kindOf(code);
  return details ?? title;
}

/** The same error as it stands in a `failed` status webhook. */
export function statusError(code: number): unknown {
  const { title } = kindOf(code);
  return {
    code,
    title,
    message: title,
    error_data: { details: detailsOf(code) },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  };
}

/** Meta's answer to a path whose object is not there. */
export function unknownObject(id: string, method: string): WhatsAppError {
  return new WhatsAppError(
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    { subcode: GRAPH_OBJECT_MISSING },
  );
}
