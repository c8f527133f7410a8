import { isWindowOpenAt } from '../../domain/send/window';
import { templateOf } from '../../domain/template/template';
import type { TemplateJudgement } from '../../domain/template/template.judge';
import type { Database } from '../../platform/database';
import type { LockedConversation } from '../conversation.store';
import { judgeTemplateFor } from '../template-judgement.store';
import type { CommandOrder } from './command.types';

/** What becomes of the template that an order names; null when it names none. */
export async function judgeOrderedTemplate(
  client: Database,
  order: CommandOrder,
  scene: { readonly conversation: LockedConversation; readonly windowClosesAtMs: number | null },
): Promise<TemplateJudgement | null> {
  const content = 'message' in order.arguments ? templateOf(order.arguments.message) : null;
  if (content === null) return null;
  const { phoneNumberId, buyerId, isOptedOut, nowMs } = scene.conversation;
  return await judgeTemplateFor(client, {
    content,
    phoneNumberId,
    buyerId,
    isOptedOut,
    isWindowOpen: isWindowOpenAt(scene.windowClosesAtMs, nowMs),
    bringsOptIn: order.kind === 'start_conversation',
  });
}
