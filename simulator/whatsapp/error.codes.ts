/** What Meta says with a code: the HTTP status of a refused call, the title, and the usual details. */
export type ErrorKind = { readonly status: number; readonly title: string; readonly details?: string };

const MANY = 429;

/** The codes of Meta's error page (2026-09-11) and of the Graph API that a send can meet. */
const ERROR_KINDS: Readonly<Record<number, ErrorKind>> = {
  0: { status: 401, title: 'AuthException', details: 'The app user could not be authenticated.' },
  1: { status: 500, title: 'An unknown error occurred' },
  2: { status: 503, title: 'Service temporarily unavailable' },
  3: { status: 500, title: 'Capability or permissions issue' },
  4: { status: MANY, title: 'Application request limit reached' },
  10: { status: 403, title: 'Application does not have permission for this action' },
  17: { status: MANY, title: 'User request limit reached' },
  32: { status: MANY, title: 'Page request limit reached' },
  33: { status: 400, title: 'Parameter value is not valid', details: 'The phone number has been deleted.' },
  100: { status: 400, title: 'Invalid parameter' },
  104: { status: 400, title: 'Incorrect signature' },
  190: { status: 401, title: 'Invalid OAuth access token - Cannot parse access token' },
  200: { status: 403, title: 'Permissions error' },
  299: { status: 403, title: 'Permissions error' },
  341: { status: MANY, title: 'Application limit reached' },
  368: { status: 403, title: 'Temporarily blocked for policies violations' },
  613: { status: MANY, title: 'Calls to this api have exceeded the rate limit.' },
  80007: { status: MANY, title: 'Rate limit issues' },
  130403: { status: 400, title: 'User is blocked by the business' },
  130429: {
    status: MANY,
    title: 'Rate limit hit',
    details: 'Cloud API message throughput has been reached.',
  },
  130472: { status: 400, title: "User's number is part of an experiment" },
  130497: { status: 403, title: 'Business account is restricted from messaging users in this country.' },
  131000: { status: 500, title: 'Something went wrong' },
  131005: { status: 403, title: 'Access denied' },
  131008: { status: 400, title: 'Required parameter is missing' },
  131009: { status: 400, title: 'Parameter value is not valid' },
  131014: { status: 400, title: 'Request for url failed' },
  131016: { status: 500, title: 'Service unavailable' },
  131021: { status: 400, title: 'Recipient cannot be sender' },
  131026: { status: 400, title: 'Message undeliverable' },
  131030: { status: 400, title: 'Recipient phone number not in allowed list' },
  131031: { status: 403, title: 'Business Account locked' },
  131037: { status: 400, title: 'The display name of the phone number needs approval' },
  131042: { status: 400, title: 'Business eligibility payment issue' },
  131044: { status: 400, title: 'Business eligibility - No extended credit' },
  131045: { status: 500, title: 'Incorrect certificate' },
  131047: {
    status: 400,
    title: 'Re-engagement message',
    details:
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  },
  131048: {
    status: MANY,
    title: 'Spam rate limit hit',
    details:
      'Message failed to send because there are restrictions on how many messages can be sent from this phone number.',
  },
  131049: {
    status: 400,
    title: 'Meta chose not to deliver.',
    details: 'This message was not delivered to maintain healthy ecosystem engagement.',
  },
  131050: {
    status: 400,
    title: 'Unable to deliver the message.',
    details: 'This recipient has chosen to stop receiving marketing messages on WhatsApp from your business.',
  },
  131051: { status: 400, title: 'Unsupported message type' },
  131052: { status: 400, title: 'Media download error' },
  131053: { status: 400, title: 'Media upload error' },
  131055: { status: 400, title: 'Method not allowed' },
  131056: {
    status: MANY,
    title: '(Business Account, Consumer Account) pair rate limit hit',
    details:
      'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
  },
  131057: { status: 500, title: 'Account in maintenance mode' },
  131062: { status: 400, title: 'Business-scoped user IDs are not allowed for this message' },
  131063: { status: 400, title: 'Message not allowed' },
  131064: { status: 400, title: 'Template category is restricted' },
  132000: { status: 400, title: 'Number of parameters does not match the expected number of params' },
  132001: { status: 404, title: 'Template name does not exist in the translation' },
  132005: { status: 400, title: 'Translated text too long' },
  132007: { status: 400, title: 'Template format character policy violated' },
  132008: { status: 400, title: 'Template parameter validation failed' },
  132012: { status: 400, title: 'Parameter format does not match format in the created template' },
  132015: { status: 400, title: 'Template is paused' },
  132016: { status: 400, title: 'Template is disabled' },
  132018: { status: 400, title: 'There is an issue with the parameters in your template' },
  132068: { status: 400, title: 'Flow is blocked' },
  132069: { status: 400, title: 'Flow is throttled' },
  133000: { status: 500, title: 'Incomplete deregistration' },
  133004: { status: 503, title: 'Server temporarily unavailable' },
  133005: { status: 400, title: 'Two step verification PIN mismatch' },
  133006: { status: 400, title: 'Phone number re-verification needed' },
  133008: { status: 400, title: 'Too many two step PIN guesses' },
  133009: { status: 400, title: 'Two step PIN guessed too quickly' },
  133010: { status: 400, title: 'Phone number not registered' },
  133015: { status: 400, title: 'The phone number was deleted a short while ago' },
  133016: { status: MANY, title: 'Account register deregister rate limit exceeded' },
  134100: { status: 400, title: 'Only marketing messages supported' },
  134101: { status: 400, title: 'Template is syncing' },
  134102: { status: 400, title: 'Template unavailable for use' },
  135000: { status: 400, title: 'Generic user error' },
  137000: { status: 400, title: 'Recipient identity key hash mismatch' },
};

/** A code nobody wrote down is refused with 400, as most are. */
export function kindOf(code: number): ErrorKind {
  return ERROR_KINDS[code] ?? { status: 400, title: 'Unknown error' };
}

/** Codes that say "too much of it, from you": their answers carry a usage header and say when to come back. */
const THROTTLES: ReadonlySet<number> = new Set([4, 17, 32, 341, 613, 80007, 130429]);

export function isThrottle(code: number): boolean {
  return THROTTLES.has(code);
}

/** Codes that Meta itself marks as passing. */
const TRANSIENT: ReadonlySet<number> = new Set([1, 2, 131000, 131016, 131057, 133004]);

export function isTransient(code: number): boolean {
  return TRANSIENT.has(code);
}
