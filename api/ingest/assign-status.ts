import { z } from 'zod';
import type { Identifier } from '../../domain/identity/identifier';
import { mayBeSameNumber } from '../../domain/identity/number-variants';
import type { ReportedError } from '../../domain/send/reported-error';
import { isFailureOfOtherAttempt } from '../../domain/send/send.state';
import { firstRow } from '../../platform/database';
import type { Database } from '../../platform/database';
import { countSend } from '../../store/budget.store';
import { readNamesAt } from '../../store/buyer-identity.store';
import { lockConversation } from '../../store/conversation.store';
import { applySendReport, lockSend } from '../../store/send.store';
import type { LockedSend } from '../../store/send.store';
import {
  findSendOfStatus,
  insertStatus,
  keepCharges,
  lockWhatsappId,
  movingStatus,
} from '../../store/send-status.store';
import { identifiersOf } from './identifiers';
import { participantOf } from './flatten';
import type { Assignment, StoredItem } from './item';
import { saidAtMs } from './message-facts';
import { findOrCreateBuyer } from './find-buyer';
import { factsOfStatus } from './status-facts';
import { storedStatusSchema } from './webhook.schema';
import { noteUsername } from './usernames';
import type { WebhookContact, WebhookStatus } from './webhook.schema';
import type { SendOfStatus } from '../../store/send-status.store';

/**
 * Stores a delivery status and moves the send it is about; one that comes before its send is known is parked in its row and
 * taken up as soon as it is, and so is a failure of another attempt than the one that counts. Statuses wake a workflow only when somebody waits for them.
 */
export async function assignStatus(client: Database, item: StoredItem): Promise<Assignment> {
  const { status, contact } = storedStatusSchema.parse(item.raw);
  const atMs = saidAtMs(status, item.captured_at.getTime());
  const found = await findSend(client, status);
  // Before any other lock: the status may tell that two buyers are one.
  const joined = found === null ? [] : await nameRecipient(client, found, { item, status, atMs });
  // Before anything that refers to the send: a reference alone is a lock that the gate would wait for.
  const locked = found === null ? null : await lockSend(client, found.id);
  const facts = factsOfStatus(status);
  const send = locked === null || isOfOtherAttempt(locked, { status, error: facts.error }) ? null : locked;
  const isNew = await insertStatus(client, {
    ...facts,
    whatsappId: status.id,
    sendId: send?.id ?? null,
    status: status.status,
    participant: participantOf(status),
    atMs,
    raw: status,
    webhookItemId: item.id,
  });
  await noteRecipient(client, { status, contact, atMs });
  const woken = send === null ? [] : await reportOfSend(client, send, { status, atMs, facts, isNew });
  return { kind: 'assigned', lookAt: [...joined, ...woken] };
}

/** Keeps on a send what its status told; gives the conversation that must look, if one must. */
async function reportOfSend(
  client: Database,
  send: LockedSend,
  { status, atMs, facts, isNew }: Told,
): Promise<readonly string[]> {
  if (facts.pricing !== null || facts.conversation !== null) await keepCharges(client, send.id);
  // It comes once more with its price, or is assigned once more for the names in it.
  const wakes = isNew && (await moveSend(client, send, { status, atMs, error: facts.error }));
  await countSend(client, send.id);
  return wakes ? [send.conversation_id] : [];
}

type Told = {
  readonly status: WebhookStatus;
  readonly atMs: number;
  readonly facts: ReturnType<typeof factsOfStatus>;
  readonly isNew: boolean;
};

/**
 * Notes the names of a recipient whom the status calls by one that we know as well: a buyer written to by phone may answer
 * by their user id alone. Like a message it may prove that two buyers are one, for the time at which ours left. Gives the
 * conversations that must look.
 */
async function nameRecipient(
  client: Database,
  found: SendOfStatus,
  shown: { readonly item: StoredItem; readonly status: WebhookStatus; readonly atMs: number },
): Promise<readonly string[]> {
  if (!found.isNewName) return [];
  const names = recipientsOf(shown.status);
  const at = found.claimedAt ?? new Date(shown.atMs);
  const known = (await readNamesAt(client, found.conversationId, at)).filter((one) =>
    names.some(
      (name) =>
        one.kind === name.kind &&
        (one.value === name.value || (name.kind === 'wa_id' && mayBeSameNumber(one.value, name.value))),
    ),
  );
  if (known.length === 0) return [];
  const { lookAt } = await findOrCreateBuyer(client, {
    identifiers: identifiersOf([...names, ...known].map(({ value }) => value)),
    displayName: null,
    atMs: at.getTime(),
    webhookItemId: shown.item.id,
  });
  return lookAt;
}

/** None for the member of a group. */
function recipientsOf(status: WebhookStatus): Identifier[] {
  if (status['recipient_type'] === 'group') return [];
  return identifiersOf([status.recipient_user_id, status.recipient_parent_user_id, status.recipient_id]);
}

/** A status that was delivered or read shows the username of whoever got the message; it counts where the message is known. */
async function noteRecipient(
  client: Database,
  shown: {
    readonly status: WebhookStatus;
    readonly contact: WebhookContact | null | undefined;
    readonly atMs: number;
  },
): Promise<void> {
  const username = shown.contact?.profile?.username;
  if (username === undefined) return;
  const found = await client.query<{ id: string }>(
    `select conversation_id as id from message where whatsapp_id = $1 and direction = 'outbound'
     union select conversation_id from send where whatsapp_id = $1 limit 1`,
    [shown.status.id],
  );
  const place = firstRow(found);
  const conversation = place === null ? null : await lockConversation(client, place.id);
  if (conversation !== null)
    await noteUsername(client, { buyerId: conversation.buyerId, username, atMs: shown.atMs });
}

/** True when the status changes what happens next. */
async function moveSend(
  client: Database,
  send: LockedSend,
  report: { readonly status: WebhookStatus; readonly atMs: number; readonly error: ReportedError | null },
): Promise<boolean> {
  const { status, atMs, error } = report;
  const moving = movingStatus(status.status);
  if (moving === null) return false;
  const applied = await applySendReport(client, send, {
    whatsappId: status.id,
    status: moving,
    atMs,
    ...(error === null ? {} : { error }),
  });
  return applied.wakesWorkflow;
}

/** Kept under WhatsApp's id alone, such a status counts should that prove to be the id of the attempt under way. */
function isOfOtherAttempt(
  send: LockedSend,
  { status, error }: { readonly status: WebhookStatus; readonly error: ReportedError | null },
): boolean {
  return (
    status.status === 'failed' &&
    isFailureOfOtherAttempt(send, { whatsappId: status.id, code: error?.code ?? null })
  );
}

async function findSend(client: Database, status: WebhookStatus): Promise<SendOfStatus | null> {
  const ours = z.uuid().safeParse(status.biz_opaque_callback_data);
  const wanted = {
    reference: ours.success ? ours.data : null,
    whatsappId: status.id,
    recipients: recipientsOf(status),
  };
  const known = await findSendOfStatus(client, wanted);
  if (known !== null) return known;
  await lockWhatsappId(client, status.id);
  return await findSendOfStatus(client, wanted);
}
