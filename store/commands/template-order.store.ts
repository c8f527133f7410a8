import { isWindowOpenAt } from '../../domain/send/window';
import { templateOf } from '../../domain/template/template';
import type { TemplateJudgement } from '../../domain/template/template.judge';
import type { Database } from '../../platform/database';
import { judgeTemplateFor } from '../template-judgement.store';
import type { CommandOrder, ConversationControl } from './command.types';

type Facts = Pick<ConversationControl, 'buyerId' | 'isOptedOut' | 'windowClosesAtMs'>;

/** What becomes of the template that an order names; null when it names none. */
export async function judgeOrderedTemplate(
  client: Database,
  order: CommandOrder,
  based: { readonly facts: Facts; readonly nowMs: number },
): Promise<TemplateJudgement | null> {
  const content = 'message' in order.arguments ? templateOf(order.arguments.message) : null;
  if (content === null) return null;
  const { facts, nowMs } = based;
  return await judgeTemplateFor(client, {
    content,
    buyerId: facts.buyerId,
    isOptedOut: facts.isOptedOut,
    isWindowOpen: isWindowOpenAt(facts.windowClosesAtMs, nowMs),
    bringsOptIn: order.kind === 'start_conversation',
  });
}
