import { randomBytes } from 'node:crypto';

type ErrorKind = { readonly status: number; readonly title: string; readonly type?: string };

const KINDS: Readonly<Record<number, ErrorKind>> = {
  1: { status: 500, title: 'An unknown error occurred' },
  100: { status: 400, title: 'Invalid parameter' },
  190: { status: 401, title: 'Invalid OAuth access token - Cannot parse access token' },
  131000: { status: 500, title: 'Something went wrong' },
  131009: { status: 400, title: 'Parameter value is not valid' },
  131026: { status: 400, title: 'Message undeliverable' },
  131047: { status: 400, title: 'Re-engagement message' },
  131056: { status: 400, title: '(Business Account, Consumer Account) pair rate limit hit' },
  132001: { status: 404, title: 'Template name does not exist in the translation' },
};

/** A refusal by the Cloud API, thrown by the rules and turned into Meta's error JSON at the edge. */
export class WhatsAppError extends Error {
  readonly code: number;
  readonly details: string;
  readonly subcode: number | null;

  constructor(code: number, details: string, subcode: number | null = null) {
    super(details);
    this.code = code;
    this.details = details;
    this.subcode = subcode;
  }
}

/** HTTP status and body of an error answer. */
export function errorAnswer(error: WhatsAppError): { status: number; body: unknown } {
  const { code, details, subcode } = error;
  const kind = KINDS[code] ?? { status: 400, title: 'Unknown error' };
  const isToken = code === 190;
  return {
    status: kind.status,
    body: {
      error: {
        message: isToken || subcode === 33 ? details : `(#${code}) ${code === 100 ? details : kind.title}`,
        type: subcode === 33 ? 'GraphMethodException' : 'OAuthException',
        code,
        ...(subcode !== null && { error_subcode: subcode }),
        ...(!isToken && { error_data: { messaging_product: 'whatsapp', details } }),
        fbtrace_id: `A${randomBytes(16).toString('base64url')}`,
      },
    },
  };
}

/** The same error as it stands in a `failed` status webhook. */
export function statusError(code: number): unknown {
  const title = KINDS[code]?.title ?? 'Unknown error';
  const details =
    code === 131047
      ? 'Message failed to send because more than 24 hours have passed since the customer last replied to this number.'
      : title;
  return {
    code,
    title,
    message: title,
    error_data: { details },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  };
}
