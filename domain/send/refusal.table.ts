/*
 * Every error code of the reference with its class and its one behaviour, from Meta's list of 2026-09. The same code
 * means the same, whether WhatsApp answers with it at once or reports it later in a `failed` status.
 */

/** What kind of refusal it is. */
type RefusalClass =
  | 'recipient_rate'
  | 'rate'
  | 'transient'
  | 'media'
  | 'template'
  | 'recipient'
  | 'content'
  | 'quality'
  | 'account'
  | 'billing'
  | 'registration'
  | 'unknown';

/**
 * What follows from a refusal. The message itself is tried again after the first six, and stays planned after a stop;
 * after all others it has failed and a person is asked.
 */
export type RefusalBehaviour =
  /** Only this buyer waits: 1, 4, 16, 64, 256 s. */
  | 'hold_recipient'
  /** The whole number waits, longer each time, and then goes slower until a message was taken. */
  | 'slow_number'
  /** All numbers wait. */
  | 'slow_app'
  /** The number rests for hours; an alarm. */
  | 'rest_number'
  /** This message waits, longer each time. */
  | 'try_later'
  | 'try_once_more'
  /** Once more while our own window is open; then only a template may be sent. */
  | 'need_template'
  /** Automation stops writing until the buyer writes again. */
  | 'mark_unreachable'
  /** Automation stops writing for a day, or until the buyer writes again. */
  | 'rest_recipient'
  /** The buyer has opted out in WhatsApp: evidence of an opt-out. */
  | 'opt_out'
  /** Nothing else follows. */
  | 'ask_human'
  /** A defect of ours: nothing is tried again; an alarm. */
  | 'report_defect'
  /** Nothing leaves through the number until a person resumes; an alarm. */
  | 'stop_number'
  /** Nothing leaves at all until a person resumes; an alarm. */
  | 'stop_app';

/** How a code is understood and what follows. */
export type Refusal = {
  readonly refusalClass: RefusalClass;
  readonly behaviour: RefusalBehaviour;
  readonly reasonCode: string;
  /** Calls for one message at most; only where the behaviour tries again. */
  readonly callsMax?: number;
  /** Wait before `try_once_more`. */
  readonly delayMs?: number;
  /** What it says of the template of the message, as Meta's lists name it. */
  readonly templateStatus?: 'PAUSED' | 'DISABLED';
};

const MINUTE_MS = 60_000;

/** Meta says of 131000 that it may also mean "not supported", which no repetition mends. */
const CALLS_MAX_131000 = 3;

const TRANSIENT: Refusal = {
  refusalClass: 'transient',
  behaviour: 'try_later',
  reasonCode: 'whatsapp.transient',
};
const SLOW_NUMBER: Refusal = {
  refusalClass: 'rate',
  behaviour: 'slow_number',
  reasonCode: 'whatsapp.throttled',
};
const MEDIA: Refusal = {
  refusalClass: 'media',
  behaviour: 'try_once_more',
  reasonCode: 'whatsapp.media',
  delayMs: 5_000,
};
const UNREACHABLE: Refusal = {
  refusalClass: 'recipient',
  behaviour: 'mark_unreachable',
  reasonCode: 'whatsapp.unreachable',
};
const CONTENT: Refusal = {
  refusalClass: 'content',
  behaviour: 'report_defect',
  reasonCode: 'whatsapp.content',
};
const QUALITY: Refusal = {
  refusalClass: 'quality',
  behaviour: 'stop_number',
  reasonCode: 'whatsapp.quality',
};
const ACCOUNT: Refusal = { refusalClass: 'account', behaviour: 'stop_app', reasonCode: 'whatsapp.account' };
const UNKNOWN: Refusal = {
  refusalClass: 'unknown',
  behaviour: 'report_defect',
  reasonCode: 'whatsapp.unknown',
};

const aboutRecipient = (reasonCode: string, behaviour: RefusalBehaviour): Refusal => ({
  refusalClass: 'recipient',
  behaviour,
  reasonCode,
});

/** Error codes of the reference; what is missing is classed by range. */
export const REFUSALS: Readonly<Record<number, Refusal>> = {
  131056: {
    refusalClass: 'recipient_rate',
    behaviour: 'hold_recipient',
    reasonCode: 'whatsapp.pair_limit',
  },
  130429: SLOW_NUMBER,
  // Limits of the app, its user or the account: they hold for all numbers at once.
  ...same([4, 17, 32, 341, 613, 80007], { ...SLOW_NUMBER, behaviour: 'slow_app' }),
  ...same([1, 2, 131016, 131057, 133004], TRANSIENT),
  131000: { ...TRANSIENT, callsMax: CALLS_MAX_131000 },
  ...same([131053, 131052, 131014], MEDIA),
  131047: { refusalClass: 'template', behaviour: 'need_template', reasonCode: 'whatsapp.needs_template' },
  // Not on WhatsApp or too old a version; blocked by us; our own number; not on the list of a test number.
  ...same([131026, 130403, 131021, 131030], UNREACHABLE),
  131050: aboutRecipient('whatsapp.opted_out', 'opt_out'),
  131049: aboutRecipient('whatsapp.marketing_cap', 'rest_recipient'),
  130472: aboutRecipient('whatsapp.experiment', 'ask_human'),
  137000: aboutRecipient('whatsapp.identity_changed', 'ask_human'),
  131062: aboutRecipient('whatsapp.needs_phone', 'ask_human'),
  // It names the country of one buyer: the others must not wait for it.
  130497: { ...QUALITY, behaviour: 'mark_unreachable' },
  ...same(
    [
      100, 131008, 131009, 131051, 131055, 131063, 132000, 132001, 132005, 132007, 132008, 132012, 132018,
      132068, 132069, 134100, 134102, 135000,
    ],
    CONTENT,
  ),
  132015: { ...CONTENT, templateStatus: 'PAUSED' },
  132016: { ...CONTENT, templateStatus: 'DISABLED' },
  134101: { ...CONTENT, behaviour: 'try_once_more', delayMs: 10 * MINUTE_MS },
  131048: { ...QUALITY, behaviour: 'rest_number' },
  ...same([368, 131031, 131037, 131064], QUALITY),
  ...same([0, 3, 10, 104, 190, 131005], ACCOUNT),
  ...same(range(200, 299), ACCOUNT),
  // These name the number, not the app: the others go on.
  ...same([33, 131045, 133010], { ...ACCOUNT, behaviour: 'stop_number' }),
  ...same([131042, 131044], {
    refusalClass: 'billing',
    behaviour: 'stop_app',
    reasonCode: 'whatsapp.billing',
  }),
  ...same([133000, 133005, 133006, 133008, 133009, 133015, 133016], {
    refusalClass: 'registration',
    behaviour: 'stop_number',
    reasonCode: 'whatsapp.registration',
  }),
};

/** The meaning of a code; one that is not listed is judged by the HTTP status, which a later status does not have. */
export function classifyRefusal(refusal: {
  readonly code: number | null;
  readonly httpStatus: number | null;
}): Refusal {
  const known = refusal.code === null ? undefined : REFUSALS[refusal.code];
  return known ?? classifyByRange(refusal.httpStatus);
}

function classifyByRange(httpStatus: number | null): Refusal {
  if (httpStatus === null) return UNKNOWN;
  if (httpStatus >= 500) return TRANSIENT;
  if (httpStatus === 429) return SLOW_NUMBER;
  if (httpStatus === 401 || httpStatus === 403) return ACCOUNT;
  return UNKNOWN;
}

function same(codes: readonly number[], refusal: Refusal): Record<number, Refusal> {
  return Object.fromEntries(codes.map((code) => [code, refusal]));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
