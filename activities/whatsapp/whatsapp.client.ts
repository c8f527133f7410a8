import { z } from 'zod';
import { parseJson, toStorable } from '../../domain/json';
import { traceCall } from '../../platform/tracing';
import { createAccountReader } from './account.client';
import type { WhatsAppAccountPort } from './account.client';
import { askedWaitMs } from './asked-wait';
import { PostFailed, createGraphPost } from './graph-post';
import type { PostAnswer } from './graph-post';

/** Where a message goes: the phone while it is known, as Meta recommends, else the user id. */
export type Address = { readonly waId: string | null; readonly userId: string | null };

/** What became of a call to WhatsApp. */
export type SendOutcome =
  | {
      readonly kind: 'accepted';
      readonly whatsappId: string;
      /** Under which names WhatsApp knows the recipient; the phone may be written in another way than ours. */
      readonly knownAs: readonly string[];
      /** WhatsApp took this message and asks for a rest; null = it does not. */
      readonly restMs: number | null;
      /** What it says of a message from a template, such as `paused`; null = nothing. */
      readonly messageStatus: string | null;
    }
  /** WhatsApp said no, in its own words: the message certainly did not leave. */
  | {
      readonly kind: 'rejected';
      readonly httpStatus: number;
      readonly code: number;
      readonly title: string | null;
      readonly details: string | null;
      /** Wait that WhatsApp asks for; null = it asks for none. */
      readonly retryAfterMs: number | null;
    }
  /** The call never reached WhatsApp: the message certainly did not leave. */
  | { readonly kind: 'not-sent'; readonly code: string }
  /** Nobody knows whether the message left; it must never be sent again by itself. */
  | {
      readonly kind: 'ambiguous';
      readonly code: string;
      /** Of the answer, which may be a gateway's; null = there was none. */
      readonly httpStatus: number | null;
      /** Wait that the answer asks for; null = it asks for none. */
      readonly retryAfterMs: number | null;
    };

/** WhatsApp as the activities need it. */
export interface WhatsAppPort {
  send(message: {
    readonly phoneNumberId: string;
    readonly address: Address;
    readonly content: Record<string, unknown>;
    /** Comes back in every status of the message. */
    readonly reference: string;
  }): Promise<SendOutcome>;
  /** Marks a message of the buyer as read and shows that an answer is being written. Failure is of no consequence. */
  markRead(message: { readonly phoneNumberId: string; readonly whatsappId: string }): Promise<void>;
}

/** A read mark is a courtesy: it must not eat up the time in which the message itself must leave. */
const READ_MARK_TIMEOUT_MS = 1_500;

/** Meta's ids have some 60 characters; a much longer one is none, and no index could hold it. */
const ID_LENGTH_MAX = 500;

const name = z.string().min(1).max(500).optional().catch(undefined);
const takenSchema = z.looseObject({
  id: z.string().min(1).max(ID_LENGTH_MAX),
  message_status: name,
});
const acceptedSchema = z.looseObject({
  messages: z.tuple([takenSchema], takenSchema),
  contacts: z
    .array(z.looseObject({ wa_id: name, user_id: name }))
    .optional()
    .catch(undefined),
});
const errorSchema = z.looseObject({
  error: z.looseObject({
    code: z.int(),
    message: z.string().optional().catch(undefined),
    type: name,
    fbtrace_id: name,
    error_data: z
      .looseObject({ details: z.string().optional().catch(undefined) })
      .optional()
      .catch(undefined),
  }),
});

const REQUEST_TIMEOUT = 408;

/** The one client for WhatsApp's Cloud API. It never repeats a call: only the send ledger may decide that. */
export function createWhatsAppClient(settings: {
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly accessToken: string;
  readonly timeoutMs: number;
  /** Within this a connection must stand; else the message certainly did not leave. */
  readonly connectTimeoutMs: number;
}): WhatsAppPort & WhatsAppAccountPort {
  const postTo = createGraphPost(settings);
  const post = (phoneNumberId: string, body: unknown, timeoutMs: number): Promise<PostAnswer> =>
    postTo(`${settings.apiVersion}/${encodeURIComponent(phoneNumberId)}/messages`, body, timeoutMs);
  return {
    ...createAccountReader(settings),
    async send({ phoneNumberId, address, content, reference }) {
      const body = {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        ...(address.waId === null ? { recipient: address.userId } : { to: `+${address.waId}` }),
        ...content,
        biz_opaque_callback_data: reference,
      };
      return await traceCall(
        'WhatsApp send',
        { number_id: phoneNumberId, send_id: reference },
        async (span) => {
          const outcome = await outcomeOf(() => post(phoneNumberId, body, settings.timeoutMs));
          span.setAttribute('outcome', outcome.kind);
          if ('code' in outcome) span.setAttribute('code', outcome.code);
          return outcome;
        },
      );
    },
    async markRead({ phoneNumberId, whatsappId }) {
      const body = {
        messaging_product: 'whatsapp',
        status: 'read',
        message_id: whatsappId,
        typing_indicator: { type: 'text' },
      };
      try {
        await post(phoneNumberId, body, READ_MARK_TIMEOUT_MS);
      } catch {
        // The buyer sees no blue tick; the answer itself matters more.
      }
    },
  };
}

async function outcomeOf(call: () => Promise<PostAnswer>): Promise<SendOutcome> {
  try {
    return readOutcome(await call());
  } catch (error) {
    if (!(error instanceof PostFailed))
      return { kind: 'ambiguous', code: 'unknown', httpStatus: null, retryAfterMs: null };
    const { code } = error;
    return error.wasNeverConnected
      ? { kind: 'not-sent', code }
      : { kind: 'ambiguous', code, httpStatus: null, retryAfterMs: null };
  }
}

function readOutcome(answer: PostAnswer): SendOutcome {
  const { status } = answer;
  const body = toStorable(parseJson(answer.text));
  const failed = errorSchema.safeParse(body);
  const accepted = acceptedSchema.safeParse(body);
  // An answer that takes the message and refuses it tells nothing.
  if (failed.success !== accepted.success) {
    // An error object counts whatever the HTTP status says: batch proxies answer 200 with one inside.
    if (failed.success && isDefinite(failed.data.error, status))
      return rejectionOf(failed.data.error, answer);
    if (accepted.success && status >= 200 && status < 300) return acceptanceOf(accepted.data, answer);
  }
  return {
    kind: 'ambiguous',
    code: `http_${status}`,
    httpStatus: status,
    retryAfterMs: askedWaitMs(answer.headers),
  };
}

function rejectionOf(error: ErrorInAnswer, answer: PostAnswer): SendOutcome {
  return {
    kind: 'rejected',
    httpStatus: answer.status,
    code: error.code,
    title: error.message ?? null,
    details: error.error_data?.details ?? null,
    retryAfterMs: askedWaitMs(answer.headers),
  };
}

function acceptanceOf(accepted: z.infer<typeof acceptedSchema>, answer: PostAnswer): SendOutcome {
  const [taken] = accepted.messages;
  return {
    kind: 'accepted',
    whatsappId: taken.id,
    knownAs: namesIn(accepted),
    restMs: askedWaitMs(answer.headers),
    messageStatus: taken.message_status ?? null,
  };
}

type ErrorInAnswer = z.infer<typeof errorSchema>['error'];

/**
 * Whether an error tells for certain that the message did not leave. Proxies and gateways fail with errors of the same
 * shape, while what is behind them may have sent the message: only what Meta signs counts. A 4xx says by itself that the
 * request was turned away, except for a time-out and where the code only repeats the HTTP status.
 */
function isDefinite(error: ErrorInAnswer, httpStatus: number): boolean {
  const isTurnedAway = httpStatus >= 400 && httpStatus < 500 && httpStatus !== REQUEST_TIMEOUT;
  return isOfMeta(error) || (isTurnedAway && error.code !== httpStatus);
}

/** Every error of Meta's carries both. */
function isOfMeta({ type, fbtrace_id: traceId }: ErrorInAnswer): boolean {
  return type !== undefined && traceId !== undefined;
}

/** How WhatsApp calls the recipient. */
function namesIn({ contacts = [] }: z.infer<typeof acceptedSchema>): string[] {
  const [contact] = contacts;
  return [contact?.user_id, contact?.wa_id].filter((one) => one !== undefined);
}
