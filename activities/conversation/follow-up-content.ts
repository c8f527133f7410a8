import { followUpText } from '../../domain/follow-up/follow-up.decide';
import type { FollowUpVerdict } from '../../domain/follow-up/follow-up.input';
import type { Policy, PolicyTemplate } from '../../domain/policy/policy';
import { renderText } from '../../domain/route/render';
import type { MessageBody } from '../../domain/send/outgoing-message';
import { fillTemplate, unfilledTemplate } from '../../domain/template/template.fill';
import { inLanguage } from '../../domain/template/template.judge';
import type { TemplateJudgement } from '../../domain/template/template.judge';
import type { Database } from '../../platform/database';
import type { LockedConversation } from '../../store/conversation.store';
import { judgeTemplateFor } from '../../store/template-judgement.store';

const UNUSABLE = 'follow_up.text_unusable';

/** What a follow-up says, or why it can say nothing. */
export type FollowUpContent =
  | { readonly kind: 'ready'; readonly content: string | MessageBody }
  | { readonly kind: 'unusable'; readonly reasonCode: string };

type Values = Readonly<Record<string, string>>;

/** Judges the policy's template for a follow-up that goes as one; null for any other. */
export async function judgeFollowUpTemplate(
  client: Database,
  conversation: LockedConversation,
  about: { readonly verdict: FollowUpVerdict; readonly policy: Policy },
): Promise<TemplateJudgement | null> {
  const { template } = about.policy.follow_up;
  if (!isByTemplate(about.verdict) || template === undefined) return null;
  return await judgeTemplateFor(client, {
    content: unfilledTemplate(template),
    phoneNumberId: conversation.phoneNumberId,
    buyerId: conversation.buyerId,
    isOptedOut: conversation.isOptedOut,
    isWindowOpen: false,
  });
}

/** The words of a follow-up with their placeholders filled in, or its template in the language that was found. */
export function followUpContent(
  about: { readonly verdict: FollowUpVerdict; readonly policy: Policy },
  judgement: TemplateJudgement | null,
  values: Values,
): FollowUpContent {
  const { template } = about.policy.follow_up;
  if (judgement?.kind === 'refuse') return { kind: 'unusable', reasonCode: judgement.reasonCode };
  if (isByTemplate(about.verdict) && template !== undefined) return filled(template, { judgement, values });
  const text = followUpText(about.policy.follow_up.text, about.verdict.attempt);
  const rendered = text === null ? null : renderText(text, values);
  return rendered?.ok === true
    ? { kind: 'ready', content: rendered.text }
    : { kind: 'unusable', reasonCode: UNUSABLE };
}

function filled(
  template: PolicyTemplate,
  with_: { readonly judgement: TemplateJudgement | null; readonly values: Values },
): FollowUpContent {
  const content = fillTemplate(template, with_.values);
  if (content === null) return { kind: 'unusable', reasonCode: UNUSABLE };
  return { kind: 'ready', content: inLanguage({ type: 'template', template: content }, with_.judgement) };
}

function isByTemplate(verdict: FollowUpVerdict): boolean {
  return verdict.verdict === 'send' && verdict.byTemplate;
}
