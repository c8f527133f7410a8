import { isUnattended } from '../domain/send/gate.decide';
import type { ClaimFacts } from '../domain/send/gate.decide';
import type { SendKind, SendStatus } from '../domain/vocabulary';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { hasBuyerWrittenSince } from './buyer.store';
import type { LockedConversation } from './conversation.store';
import { NO_NEWS, readLastSaid, readNews } from './message.store';
import { holdPermission } from './permission.store';
import { lockSendInPlace } from './send-lock.store';
import { judgeTemplateOf } from './template-judgement.store';

/** A send read for its claim. */
export type SendToClaim = {
  readonly id: string;
  readonly conversationId: string;
  readonly buyerId: string;
  readonly phoneNumberId: string;
  readonly kind: SendKind;
  readonly type: string;
  /** As Meta names it; null where it is no template or must not leave. */
  readonly templateCategory: string | null;
  readonly body: Record<string, unknown>;
  readonly attempts: number;
  /** Refusals by WhatsApp that were about this message or its recipient. */
  readonly refusals: number;
  readonly answersWhatsappId: string | null;
  readonly claimUntilMs: number | null;
  readonly facts: ClaimFacts;
};

/** Locks buyer, conversation and send, in this order, and reads everything that decides whether it may leave. */
export async function readSendForClaim(
  client: Database,
  sendId: string,
  followUpsMax: number,
): Promise<SendToClaim | null> {
  const locked = await lockSendInPlace<SendFacts>(client, sendId, SEND_FACTS);
  if (locked === null) return null;
  const { conversation, send } = locked;
  const isWatched = send.kind === 'human' && !isUnattended(send);
  const permission = isWatched ? null : await holdPermission(client, sendId);
  const said = await readLastSaid(client, conversation.id);
  const { buyerId, phoneNumberId } = conversation;
  const news = isWatched ? NO_NEWS : await readNews(client, { id: sendId, buyerId, phoneNumberId });
  const { windowClosesAtMs } = said;
  const template = await judgeTemplateOf(client, send.body, { conversation, windowClosesAtMs });
  return {
    id: sendId,
    conversationId: conversation.id,
    buyerId,
    phoneNumberId,
    kind: send.kind,
    type: send.type,
    templateCategory: template.category,
    body: send.body,
    attempts: send.attempts,
    refusals: send.refusals,
    answersWhatsappId: send.answersWhatsappId,
    claimUntilMs: send.claimUntilMs,
    facts: {
      ...toFacts(conversation, send),
      mode: permission?.mode ?? conversation.mode,
      isSwitchedOff: permission?.isSwitchedOff ?? false,
      templateRefusal: template.refusal,
      windowClosesAtMs,
      ...news,
      followUpsSinceInbound: said.followUpsSinceInbound,
      followUpsMax,
    },
  };
}

type ReadApart =
  | 'mode'
  | 'isSwitchedOff'
  | 'templateRefusal'
  | 'windowClosesAtMs'
  | 'hasUnread'
  | 'hasNewerInbound'
  | 'followUpsSinceInbound'
  | 'followUpsMax';

function toFacts(conversation: LockedConversation, send: SendFacts): Omit<ClaimFacts, ReadApart> {
  return {
    kind: send.kind,
    status: send.status,
    isTemplate: send.type === 'template',
    author: send.author,
    isScheduled: send.isScheduled,
    isApproved: send.isApproved,
    nowMs: conversation.nowMs,
    owner: conversation.owner,
    epochAtPreparation: send.epoch,
    epochNow: conversation.epoch,
    pausedUntilMs: conversation.pausedUntilMs,
    isOptedOut: conversation.isOptedOut,
    isUnreachable: send.isUnreachable,
    overridesOptOut: send.overridesOptOut,
    isNeverAutomated: conversation.isNeverAutomated,
    notBeforeMs: send.notBeforeMs,
    notAfterMs: send.notAfterMs,
  };
}

type SendFacts = {
  conversation_id: string;
  kind: SendKind;
  status: SendStatus;
  author: string;
  isScheduled: boolean;
  isApproved: boolean;
  type: string;
  body: Record<string, unknown>;
  attempts: number;
  refusals: number;
  isUnreachable: boolean;
  epoch: number;
  notBeforeMs: number | null;
  notAfterMs: number | null;
  claimUntilMs: number | null;
  answersWhatsappId: string | null;
  overridesOptOut: boolean;
};

const SEND_FACTS = `
  select send.conversation_id, send.kind, send.status, send.author, send.scheduled_for is not null as "isScheduled",
         send.approved_by is not null as "isApproved", send.type, send.body, send.attempts, send.refusals, send.epoch,
         to_ms(send.not_before) as "notBeforeMs", to_ms(send.not_after) as "notAfterMs",
         to_ms(send.claim_until) as "claimUntilMs", message.whatsapp_id as "answersWhatsappId",
         buyer.unreachable_at is not null and coalesce(buyer.unreachable_until > now(), true)
           and not ${hasBuyerWrittenSince('buyer.unreachable_at')} as "isUnreachable",
         send.overrides_opt_out as "overridesOptOut"
    from send
    join conversation on conversation.id = send.conversation_id
    join buyer on buyer.id = conversation.buyer_id
    left join message on message.id = send.answers_message_id
   where send.id = $1
     for update of send`;

/** Claims a send for one call that must begin within the lease; when, by the database's clock. */
export async function claim(client: Database, sendId: string, leaseMs: number): Promise<number> {
  const claimed = await client.query<{ claimedAtMs: number }>(
    `update send
        set status = 'claimed', attempts = attempts + 1, claimed_at = clock_timestamp(),
            claim_until = clock_timestamp() + $2 * interval '1 millisecond', reason_code = null, slot_at = null
      where id = $1
     returning to_ms(claimed_at) as "claimedAtMs"`,
    [sendId, leaseMs],
  );
  return onlyRow(claimed).claimedAtMs;
}
