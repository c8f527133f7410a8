import { decideFailure } from '../domain/send/rejection.decide';
import type { ReportedError } from '../domain/send/reported-error';
import { FAILED_WITHOUT_CAUSE } from '../domain/send/send.state';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { readLastSaid } from './message.store';
import { applyRefusal } from './refusal.store';

/** Begins the key of a send that repeats a failed one; a key of its own kind, which no order of a person can take. */
const RESEND_KEY = 'resend:';

/**
 * Carries out what follows from a `failed` status. The reason why a person must look; null when the same words leave
 * again by themselves. The caller holds the locks of buyer, conversation and send.
 */
export async function applyFailure(
  client: Database,
  failed: {
    readonly sendId: string;
    readonly conversationId: string;
    readonly error: ReportedError | null;
    /** It counted as failed before, and only why is new: people have been asked, or have decided. */
    readonly isKnown: boolean;
  },
): Promise<string | null> {
  if (failed.error === null) return FAILED_WITHOUT_CAUSE;
  const { code } = failed.error;
  const { refusal, resendAfterMs } = decideFailure({ code, ...(await readCall(client, failed)) });
  const isRepeated = resendAfterMs !== null && !failed.isKnown;
  await client.query('update send set reason_code = $2 where id = $1', [failed.sendId, refusal.reasonCode]);
  if (isRepeated) await resend(client, failed.sendId, resendAfterMs);
  await applyRefusal(client, { sendId: failed.sendId, refusal, error: failed.error, retryAfterMs: null });
  return isRepeated ? null : refusal.reasonCode;
}

/** The call that failed later: when it was, and whether the window was open then. */
async function readCall(
  client: Database,
  failed: { readonly sendId: string; readonly conversationId: string },
): Promise<Omit<Parameters<typeof decideFailure>[0], 'code'>> {
  const { windowClosesAtMs } = await readLastSaid(client, failed.conversationId);
  const call = onlyRow(
    await client.query<{
      claimedAtMs: number | null;
      nowMs: number;
      isNewAttempt: boolean;
      hasBuyerWrittenSince: boolean;
    }>(
      `select to_ms(claimed_at) as "claimedAtMs", to_ms(clock_timestamp()) as "nowMs",
              repeats_send_id is not null as "isNewAttempt",
              exists (select 1 from message
                       where message.conversation_id = send.conversation_id and direction = 'inbound' and not is_imported
                         and captured_at > send.claimed_at) as "hasBuyerWrittenSince"
         from send where id = $1`,
      [failed.sendId],
    ),
  );
  return { ...call, windowClosesAtMs };
}

/** A new send of the same words, prepared when the first one was: what came in between still stops it at the gate. */
async function resend(client: Database, sendId: string, delayMs: number): Promise<void> {
  await client.query(
    `insert into send (key, conversation_id, episode_id, kind, author, status, type, body, expects_answer,
        answers_message_id, epoch, scheduled_for, not_before, not_after, approved_by, repeats_send_id, decision_id,
        created_at, overrides_opt_out)
     select $2 || id, conversation_id, episode_id, kind, author, 'planned', type, body, expects_answer,
            answers_message_id, epoch, scheduled_for, now() + $3 * interval '1 millisecond', not_after, approved_by, id,
            decision_id, created_at, overrides_opt_out
       from send where id = $1
     on conflict (key) do nothing`,
    [sendId, RESEND_KEY, delayMs],
  );
}
