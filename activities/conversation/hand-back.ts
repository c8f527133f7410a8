import { handBackAfterSeconds } from '../../domain/policy/policy';
import type { Policy } from '../../domain/policy/policy';
import { ownerKind } from '../../domain/vocabulary';
import type { TransactionalDatabase } from '../../platform/database';
import { runCommand } from '../../store/commands/run-command';
import type { LockedConversation } from '../../store/conversation.store';

/** When a conversation that a person owns goes back to automation for want of activity; null = only by hand. Unix ms. */
export function handBackAt(
  conversation: Pick<LockedConversation, 'owner' | 'ownerSinceMs' | 'ownerAtMs' | 'lastActivityAtMs'>,
  human: Policy['human'],
): number | null {
  const by = ownerKind(conversation.owner);
  if (by !== 'agent' && by !== 'phone') return null;
  const afterSeconds = handBackAfterSeconds(human, by);
  if (afterSeconds === null) return null;
  const { lastActivityAtMs, ownerSinceMs, ownerAtMs } = conversation;
  // Who changes a message on the phone is there still, although nothing new is said.
  return Math.max(lastActivityAtMs, ownerSinceMs, ownerAtMs ?? 0) + afterSeconds * 1000;
}

/** Gives the conversation back by the same command as a person; once per epoch, so that it may run twice. */
export async function handBackForIdleness(
  database: TransactionalDatabase,
  conversation: LockedConversation,
): Promise<void> {
  await runCommand(database, {
    kind: 'hand_back',
    arguments: {},
    conversationId: conversation.id,
    actor: 'policy',
    isVerified: true,
    idempotencyKey: `policy:hand_back:${conversation.id}:${conversation.epoch}`,
    reason: conversation.owner === 'phone' ? 'phone_hand_back_after_seconds' : 'hand_back_after_seconds',
  });
}
