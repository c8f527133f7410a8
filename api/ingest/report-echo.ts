import { isHandBackKeyword, KEYWORD_LATER_MS } from '../../domain/owner/hand-back-keyword';
import type { Policy } from '../../domain/policy/policy';
import type { Database } from '../../platform/database';
import { applyCommand } from '../../store/commands/apply-command';
import { lockConversation } from '../../store/conversation.store';
import type { LockedConversation } from '../../store/conversation.store';
import { reportOwner } from '../../store/owner-report.store';
import type { ReportedOwner } from '../../store/owner-report.store';
import { notePhoneDeed, readOwnerFacts } from '../../store/wheel.store';
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
  const { conversationId, phoneAgent } = reported;
  const atMs = reported.atMs + KEYWORD_LATER_MS;
  await notePhoneDeed(client, conversationId, { atMs, isBack: true, phoneAgent });
  const { wheel } = await readOwnerFacts(client, conversationId);
  const isNewest = wheel.onPhone?.atMs === atMs && atMs >= (wheel.ordered?.atMs ?? 0);
  const row = isNewest ? await lockConversation(client, conversationId) : null;
  if (row !== null) await orderByWord(client, row, reported);
  // It may wait for a person since, or Meta's agent may have got it: their reports may come in any order.
  await reportOwner(client, { ...reported, report: 'standby' });
}

async function orderByWord(
  client: Database,
  row: LockedConversation,
  { conversationId, phoneAgent, whatsappId }: ReportedOwner,
): Promise<void> {
  await applyCommand(client, row, {
    kind: 'hand_back',
    arguments: {},
    conversationId,
    actor: phoneAgent ?? 'phone',
    // WhatsApp vouches for the phone, and nobody for who holds it.
    isVerified: false,
    idempotencyKey: `echo:${whatsappId}`,
    reason: 'hand_back_keyword',
    isWordOnPhone: true,
  });
}
