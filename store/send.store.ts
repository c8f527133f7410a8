import { isHeldBack } from '../domain/send/held-back';
import type { ReportedError } from '../domain/send/reported-error';
import {
  FAILED_WITHOUT_CAUSE,
  RESOLVED_LEFT,
  RESOLVED_NOT_LEFT,
  applyReport,
  isOnItsWay,
  isPresumedNotLeft,
  isUnexplained,
} from '../domain/send/send.state';
import type { SendStatus } from '../domain/vocabulary';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { forgetUnreachable } from './buyer.store';
import { endedSendEvents, tellingChange, tellingOnly } from './event-outbox.store';
import { applyFailure } from './failure.store';
import { requestLook } from './look.store';
import { askHuman, withdrawQuestion } from './question.store';
import { STAND_IN, nameSaid, recordSaid } from './said.store';
import type { SaidSend } from './said.store';
import { lockSendInPlace } from './send-lock.store';
import { recallRepeatOf } from './send-queue.store';
import { lockWhatsappId, takeParked } from './send-status.store';

/** A send whose lock is held, and those of its buyer and conversation. */
export type LockedSend = {
  readonly id: string;
  readonly conversation_id: string;
  readonly episode_id: string | null;
  readonly status: SendStatus;
  readonly reasonCode: string | null;
  /** Of WhatsApp's last refusal; null = none. */
  readonly errorCode: number | null;
  readonly author: string;
  readonly type: string;
  readonly body: Record<string, unknown>;
  readonly expects_answer: boolean;
  readonly whatsapp_id: string | null;
  readonly claimed_at: Date | null;
  /** How often it was claimed. */
  readonly attempts: number;
};

/** What WhatsApp said about a send: at once in its answer, or later in a status. */
export type SendReport = {
  readonly whatsappId: string;
  readonly status: SendStatus;
  readonly atMs: number;
  readonly error?: ReportedError;
  /** WhatsApp took the message and holds it back, for this reason; it is not said before a status tells that it left. */
  readonly heldBackBy?: string | null;
};

/** What a report changed. */
export type AppliedReport = {
  readonly status: SendStatus;
  readonly wakesWorkflow: boolean;
};

/**
 * Moves a send forward to what WhatsApp reported, in any order and any number of times. The first sign that WhatsApp
 * has the message, an answer or a status that adopts an unconfirmed send, also records it as said in the conversation.
 * Runs in the transaction in which the caller has locked the send.
 */
export async function applySendReport(
  client: Database,
  send: LockedSend,
  report: SendReport,
): Promise<AppliedReport> {
  if (send.whatsapp_id === null) await lockWhatsappId(client, report.whatsappId);
  const status = applyReport(send, report.status);
  // First, as a message is told to have been sent before it is told to have been read.
  const isSaid = isNewlyOnItsWay(send, report) && (await recordSaid(client, toSaid(send, report)));
  await writeReport(client, send, { ...report, status });
  if (status !== send.status) await withdrawQuestion(client, send);
  await correctWord(client, send, { ...report, status });
  const hasFailed = status === 'failed' && isNewFailure(send, report);
  if (hasFailed) await followFailure(client, send, report);
  const wakes = hasFailed || isRescued(send, { status, isSaid });
  const applied = { status, wakesWorkflow: await wakeIf(client, send, wakes) };
  return send.whatsapp_id === null ? await applyParked(client, { ...report, id: send.id }, applied) : applied;
}

/** The report itself counts: a `sent` that comes after its `failed` tells as well that the message had left. */
function isNewlyOnItsWay(send: LockedSend, report: SendReport): boolean {
  const wasOnItsWay = isOnItsWay(send.status) && !isHeldBack(send);
  return !wasOnItsWay && isOnItsWay(report.status) && (report.heldBackBy ?? null) === null;
}

/**
 * Whether a message proves to have left of which that was not believed any more. A claimed send is in the hands of its
 * attempt, which goes on by itself; others only follow the message's fate.
 */
function isRescued(
  send: LockedSend,
  now: { readonly status: SendStatus; readonly isSaid: boolean },
): boolean {
  const isAdopted = now.isSaid && send.status !== 'claimed';
  return isAdopted || (send.status === 'failed' && now.status !== 'failed');
}

/**
 * Locks buyer, conversation, send: the order in which the gate and every command take these locks. Writing to a
 * conversation twice makes Postgres look at its buyer, so that the conversation's lock alone would end in a deadlock.
 * Null when there is no such send.
 */
export async function lockSend(client: Database, sendId: string): Promise<LockedSend | null> {
  const locked = await lockSendInPlace<LockedSend>(client, sendId, LOCKED_SEND);
  return locked?.send ?? null;
}

const LOCKED_SEND = `
  select id, conversation_id, episode_id, status, reason_code as "reasonCode", author, type, body, expects_answer,
         whatsapp_id, claimed_at, attempts, case when jsonb_typeof(error -> 'code') = 'number' then (error -> 'code')::float8 end as "errorCode"
    from send where id = $1 for update`;

/** Records as said by the send what WhatsApp echoed in the conversation of another buyer, whose locks are held as well. */
export async function recordStrayEcho(
  client: Database,
  send: LockedSend,
  echo: { readonly whatsappId: string; readonly echoedIn: string; readonly atMs: number },
): Promise<void> {
  const { whatsappId, echoedIn, atMs } = echo;
  await recordSaid(client, { ...toSaid(send, { whatsappId, atMs, status: send.status }), echoedIn });
}

/** Applies what was reported about the message before anybody knew that it is this send. */
async function applyParked(
  client: Database,
  report: SendReport & { readonly id: string },
  before: AppliedReport,
): Promise<AppliedReport> {
  let applied = before;
  const { id, whatsappId } = report;
  for (const { status, atMs, error } of await takeParked(client, { id, whatsappId })) {
    const send = onlyRow(await client.query<LockedSend>(LOCKED_SEND, [id]));
    const parked = { whatsappId, status, atMs, ...(error === null ? {} : { error }) };
    const next = await applySendReport(client, send, parked);
    applied = { status: next.status, wakesWorkflow: applied.wakesWorkflow || next.wakesWorkflow };
  }
  return applied;
}

/** What people decided, and what failed without a cause, is told the cause once it is known: more may follow from that. */
function isNewFailure(send: LockedSend, report: SendReport): boolean {
  if (send.status !== 'failed') return true;
  return report.status === 'failed' && report.error !== undefined && isUnexplained(send);
}

async function followFailure(client: Database, send: LockedSend, report: SendReport): Promise<void> {
  const reasonCode = await applyFailure(client, {
    sendId: send.id,
    conversationId: send.conversation_id,
    error: report.error ?? null,
    isKnown: send.status === 'failed',
  });
  await client.query(TELL_FAILURE, [send.id]);
  // Who declared it lost knows already.
  if (reasonCode !== null && !isPresumedNotLeft(send))
    await askHuman(client, send.conversation_id, reasonCode);
}

// The reason stands in the send only now.
const TELL_FAILURE = tellingOnly(endedSendEvents('(select * from send where id = $1)'));

/** WhatsApp's own word takes the place of a person's, and of what was believed before. */
async function correctWord(client: Database, send: LockedSend, report: SendReport): Promise<void> {
  if (send.reasonCode === RESOLVED_LEFT) await nameSaid(client, send.id, report.whatsappId);
  if (send.status !== 'failed' || !isOnItsWay(report.status)) return;
  await forgetUnreachable(client, send.id);
  await recallRepeatOf(client, send.id, 'send.first_attempt_left');
  if (isPresumedNotLeft(send)) await askHuman(client, send.conversation_id, 'send.resolution_disproved');
}

function toSaid(send: LockedSend, report: SendReport): SaidSend {
  return {
    id: send.id,
    conversationId: send.conversation_id,
    episodeId: send.episode_id,
    author: send.author,
    type: send.type,
    body: send.body,
    expectsAnswer: send.expects_answer,
    whatsappId: report.whatsappId,
    saidAtMs: Math.max(report.atMs, send.claimed_at?.getTime() ?? 0),
  };
}

async function wakeIf(client: Database, send: LockedSend, isWanted: boolean): Promise<boolean> {
  if (isWanted) await requestLook(client, send.conversation_id);
  return isWanted;
}

async function writeReport(client: Database, send: LockedSend, report: SendReport): Promise<void> {
  await client.query(REPORT, [
    send.id,
    report.status,
    report.whatsappId,
    report.error === undefined ? null : JSON.stringify(report.error),
    report.heldBackBy ?? null,
  ]);
}

const REPORT = tellingChange(
  'select id, status from send where id = $1',
  `update send
      set status = $2, whatsapp_id = coalesce(whatsapp_id, $3), settled_at = coalesce(settled_at, now()),
          -- What is on its way has no error, whether the failure came before or after the better report.
          error = case when $2 = 'failed' then coalesce($4, error) end,
          reason_code = case when $2 = 'failed' and status = 'failed' and reason_code <> '${RESOLVED_NOT_LEFT}' then reason_code
                             when $2 = 'failed' then '${FAILED_WITHOUT_CAUSE}'
                             when $2 = 'accepted' and $5::text is not null then $5
                             when status in ('unconfirmed', 'accepted', 'failed') then null
                             else reason_code end
    where id = $1
   returning id, conversation_id, status, whatsapp_id`,
  `select case fact.status when 'delivered' then 'message.delivered' else 'message.read' end as kind, null::text as key,
          fact.conversation_id, jsonb_build_object('send_id', fact.id, 'message_id', message.id) as facts
     from fact join before on before.id = fact.id left join message on message.whatsapp_id in (fact.whatsapp_id, '${STAND_IN}' || fact.id)
    where fact.status <> before.status and fact.status in ('delivered', 'read', 'played')
      and before.status not in ('read', 'played')`,
);
