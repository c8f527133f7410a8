import { decideFailure } from '../domain/send/rejection.decide';
import type { ReportedError } from '../domain/send/reported-error';
import { isWindowOpenAt } from '../domain/send/window';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { readLastSaid } from './message.store';
import { applyRefusal } from './refusal.store';

/** Ends the key of a send that repeats a failed one, so that nothing is repeated twice. */
const RESEND = ':resend';

/**
 * Carries out what follows from a `failed` status. The reason why a person must look; null when the same words leave
 * again by themselves. The caller holds the locks of buyer, conversation and send.
 */
export async function applyFailure(
  client: Database,
  failed: { readonly sendId: string; readonly conversationId: string; readonly error: ReportedError | null },
): Promise<string | null> {
  if (failed.error === null) return 'send.failed';
  const { code } = failed.error;
  const { windowClosesAtMs } = await readLastSaid(client, failed.conversationId);
  const { key, nowMs } = await readSend(client, failed.sendId);
  const { refusal, resendAfterMs } = decideFailure({
    code,
    isWindowOpen: isWindowOpenAt(windowClosesAtMs, nowMs),
    isResend: key.endsWith(RESEND),
  });
  await client.query('update send set reason_code = $2 where id = $1', [failed.sendId, refusal.reasonCode]);
  if (resendAfterMs !== null) await resend(client, failed.sendId, resendAfterMs);
  await applyRefusal(client, { sendId: failed.sendId, refusal, error: failed.error, retryAfterMs: null });
  return resendAfterMs === null ? refusal.reasonCode : null;
}

async function readSend(client: Database, sendId: string): Promise<{ key: string; nowMs: number }> {
  return onlyRow(
    await client.query<{ key: string; nowMs: number }>(
      `select key, to_ms(clock_timestamp()) as "nowMs" from send where id = $1`,
      [sendId],
    ),
  );
}

/** A new send of the same words, prepared when the first one was: what came in between still stops it at the gate. */
async function resend(client: Database, sendId: string, delayMs: number): Promise<void> {
  await client.query(
    `insert into send (key, conversation_id, episode_id, kind, author, status, type, body, expects_answer,
        answers_message_id, epoch, scheduled_for, not_before, not_after, approved_by, repeats_send_id, decision_id,
        created_at, overrides_opt_out)
     select key || $2, conversation_id, episode_id, kind, author, 'planned', type, body, expects_answer,
            answers_message_id, epoch, scheduled_for, now() + $3 * interval '1 millisecond', not_after, approved_by, id,
            decision_id, created_at, overrides_opt_out
       from send where id = $1
     on conflict (key) do nothing`,
    [sendId, RESEND, delayMs],
  );
}
