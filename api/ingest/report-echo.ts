import { isHandBackKeyword, KEYWORD_LATER_MS } from '../../domain/owner/hand-back-keyword';
import { isNewest } from '../../domain/owner/owner.decide';
import type { Policy } from '../../domain/policy/policy';
import type { Database } from '../../platform/database';
import { applyCommand } from '../../store/commands/apply-command';
import { lockConversation } from '../../store/conversation.store';
import { readOwnerFacts, reportOwner, setOwnerAt } from '../../store/owner-report.store';
import type { ReportedOwner } from '../../store/owner-report.store';
import { textOfMessage } from './message-facts';
import type { WebhookMessage } from './webhook.schema';

/** Whoever writes on the phone app takes the conversation over, unless they give it back by a word. The echo stands in it already. */
export async function reportEcho(
  client: Database,
  echo: {
    readonly message: WebhookMessage;
    readonly policy: Policy | null;
    readonly reported: Omit<ReportedOwner, 'report'>;
  },
): Promise<void> {
  const { message, policy } = echo;
  const reported = { ...echo.reported, report: 'echo' } as const;
  if (isHandBack(message, policy)) await handBack(client, reported);
  else await reportOwner(client, reported);
}

/** Whether an echo is the word by which people on the phone app give a conversation back. */
export function isHandBack(message: WebhookMessage, policy: Policy | null): boolean {
  if (policy === null || message.type !== 'text') return false;
  return isHandBackKeyword(textOfMessage(message), policy.human.hand_back_keywords ?? []);
}

/** The word on the phone is the same order as the button in the console; one that is older than another order is void. */
async function handBack(client: Database, reported: ReportedOwner): Promise<void> {
  const { conversationId, phoneAgent, whatsappId } = reported;
  const atMs = reported.atMs + KEYWORD_LATER_MS;
  const { known } = await readOwnerFacts(client, conversationId);
  const row = isNewest(atMs, known.ownerAtMs) ? await lockConversation(client, conversationId) : null;
  if (row === null) return;
  await applyCommand(client, row, {
    kind: 'hand_back',
    arguments: {},
    conversationId,
    actor: phoneAgent ?? 'phone',
    // WhatsApp vouches for the phone, and nobody for who holds it.
    isVerified: false,
    idempotencyKey: `echo:${whatsappId}`,
    reason: 'hand_back_keyword',
  });
  await setOwnerAt(client, conversationId, atMs);
  // Meta's agent may have got the conversation since; its reports may come in any order.
  await reportOwner(client, { ...reported, report: 'standby' });
}
