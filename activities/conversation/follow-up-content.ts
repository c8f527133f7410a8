import { followUpText } from '../../domain/follow-up/follow-up.decide';
import type { FollowUpVerdict } from '../../domain/follow-up/follow-up.input';
import type { FollowUpTemplate, Policy } from '../../domain/policy/policy';
import { renderText } from '../../domain/route/render';
import type { MessageBody } from '../../domain/send/outgoing-message';
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
    content: toContent(template, templateTexts(template)),
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
  template: FollowUpTemplate,
  with_: { readonly judgement: TemplateJudgement | null; readonly values: Values },
): FollowUpContent {
  const rendered = templateTexts(template).map((one) => ({
    ...one,
    rendered: renderText(one.text, with_.values),
  }));
  const texts = rendered.flatMap(({ name, rendered: result }) =>
    result.ok ? [{ name, text: result.text }] : [],
  );
  if (texts.length < rendered.length) return { kind: 'unusable', reasonCode: UNUSABLE };
  const body = { type: 'template', template: toContent(template, texts) };
  return { kind: 'ready', content: inLanguage(body, with_.judgement) };
}

function isByTemplate(verdict: FollowUpVerdict): boolean {
  return verdict.verdict === 'send' && verdict.byTemplate;
}

type TemplateText = { readonly name: string | null; readonly text: string };

function templateTexts({ parameters }: FollowUpTemplate): TemplateText[] {
  if (Array.isArray(parameters)) return parameters.map((text: string) => ({ name: null, text }));
  return Object.entries(parameters ?? {}).map(([name, text]) => ({ name, text }));
}

function toContent(template: FollowUpTemplate, texts: readonly TemplateText[]) {
  const parameters = texts.map(({ name, text }) => ({
    type: 'text',
    text,
    ...(name !== null && { parameter_name: name }),
  }));
  return {
    name: template.name,
    language: { code: template.language },
    ...(parameters.length > 0 && { components: [{ type: 'body', parameters }] }),
  };
}
