import { SERVICE, judgeBudget, levelOf, usedShareOf } from '../../domain/budget/budget.decide';
import type { AuthorKind, BudgetLevel } from '../../domain/budget/budget.decide';
import { budgetOf, budgetOfNumber } from '../../domain/policy/policy';
import type { Policy } from '../../domain/policy/policy';
import { isUnattended } from '../../domain/send/gate.decide';
import type { Database } from '../../platform/database';
import { monthOf } from '../../platform/months';
import { countClaim, raiseBudgetAlarm, readCounts } from '../../store/budget.store';
import type { SendToClaim } from '../../store/send-claim.store';

/** The dearest category, for a template of which none is known; WhatsApp's statuses correct it. */
const TEMPLATE_CATEGORY = 'marketing';

/**
 * Whether a message that may leave now is within the budget of its number. Called under the lock of the number's
 * channel, so that all claims of a number are judged one after the other; raises the alarms of what is used.
 */
export async function isWithinBudget(
  client: Database,
  send: SendToClaim,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): Promise<boolean> {
  const budget = budgetOfNumber(policy, send.phoneNumberId);
  if (budget.month_ceiling === undefined && budget.messages_per_month === undefined) return true;
  const month = monthOf(nowMs, budget.time_zone);
  const { phoneNumberId, kind } = send;
  const counts = await readCounts(client, { phoneNumberId, month });
  const one = { category: categoryOf(send), authorKind: authorKindOf(send), kind };
  const { isAllowed, before, after } = judgeBudget(counts, one, budget);
  const use = isAllowed ? after : before;
  const isAutomationStopped = !isAllowed && one.authorKind === 'automation';
  for (const level of levelsUpTo(levelOf(use), isAutomationStopped))
    await raiseBudgetAlarm(client, { phoneNumberId, month, level, usedShare: usedShareOf(use) });
  return isAllowed;
}

/** Counts a send that was claimed now. */
export async function spendBudget(
  client: Database,
  send: SendToClaim,
  { policy, claimedAtMs }: { readonly policy: Policy; readonly claimedAtMs: number },
): Promise<void> {
  await countClaim(client, {
    sendId: send.id,
    phoneNumberId: send.phoneNumberId,
    month: monthOf(claimedAtMs, budgetOf(policy).time_zone),
    authorKind: authorKindOf(send),
    category: categoryOf(send),
  });
}

function categoryOf({ type, templateCategory }: SendToClaim): string {
  return type === 'template' ? (templateCategory?.toLowerCase() ?? TEMPLATE_CATEGORY) : SERVICE;
}

function authorKindOf({ kind, facts }: SendToClaim): AuthorKind {
  return (kind === 'human' && !isUnattended(facts)) || facts.isApproved ? 'people' : 'automation';
}

const LEVELS = ['nearly_used', 'automation_stopped', 'used_up'] as const;

/** Every alarm up to a level: one large step may pass several. A refusal tells that automation stopped, at any share. */
function levelsUpTo(
  level: BudgetLevel,
  isAutomationStopped: boolean,
): readonly Exclude<BudgetLevel, 'calm'>[] {
  const reached = LEVELS.findIndex((one) => one === level) + 1;
  return LEVELS.slice(0, Math.max(reached, isAutomationStopped ? 2 : 0));
}
