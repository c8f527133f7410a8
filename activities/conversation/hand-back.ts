import type { Policy } from '../../domain/policy/policy';
import { ownerKind } from '../../domain/vocabulary';
import type { TransactionalDatabase } from '../../platform/database';
import { runCommand } from '../../store/commands/run-command';
import type { LockedConversation } from '../../store/conversation.store';

/** When a conversation that a person owns goes back to automation for want of activity; null = only by hand. Unix ms. */
export function handBackAt(conversation: LockedConversation, human: Policy['human']): number | null {
  const isWithPerson = ['agent', 'phone'].includes(ownerKind(conversation.owner));
  if (!isWithPerson || human.hand_back_after_seconds === null) return null;
  const lastMs = Math.max(conversation.lastActivityAtMs, conversation.ownerSinceMs);
  return lastMs + human.hand_back_after_seconds * 1000;
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
    reason: 'hand_back_after_seconds',
  });
}
