import { asObject } from '../json';
import type { ParameterProblem, Template, TemplateContent } from './template';
import { checkParameters } from './template.check';
import { hasCodeButton } from './template.slots';

/** How the language was found: as asked for, the same without its country, or the policy's. */
export type LanguageStep = 'exact' | 'base' | 'fallback';

export type TemplateRefusal =
  | 'template.not_found'
  | 'template.not_approved'
  | 'template.paused'
  | 'template.disabled'
  | 'template.parameters'
  | 'template.no_marketing_consent'
  | 'template.no_opt_in'
  | 'template.marketing_blocked'
  | 'template.needs_phone';

/** Everything that decides whether a template may go to a buyer. */
export type TemplateFacts = {
  /** All languages of the template. */
  readonly templates: readonly Template[];
  readonly content: TemplateContent;
  /** Tried last; null = none. */
  readonly fallbackLanguage: string | null;
  readonly buyer: TemplateBuyer;
  readonly isWindowOpen: boolean;
};

export type TemplateBuyer = {
  readonly hasPhone: boolean;
  readonly isOptedOut: boolean;
  /** An opt-in stands in the records. */
  readonly hasOptIn: boolean;
  /** They wrote so lately, by the policy's setting, that it counts as an opt-in to anything but advertising. */
  readonly hasWrittenLately: boolean;
  /** WhatsApp delivers no advertising where this buyer's phone is from. */
  readonly isMarketingBlocked: boolean;
};

export type TemplateJudgement =
  | {
      readonly kind: 'ok';
      readonly language: string;
      readonly step: LanguageStep;
      readonly category: string;
    }
  | {
      readonly kind: 'refuse';
      readonly reasonCode: TemplateRefusal;
      /** What Meta says about the template where it is not approved. */
      readonly status: string | null;
      readonly problems: readonly ParameterProblem[];
    };

/** Judges whether a template may go to a buyer, in which of its languages, and what is wrong where not. */
export function judgeTemplate(facts: TemplateFacts): TemplateJudgement {
  const found = chooseLanguage(facts);
  if (found === null) return refuse('template.not_found');
  const { template, step } = found;
  if (template.status !== 'APPROVED')
    return { ...refuse(statusReason(template.status)), status: template.status };
  const reasonCode = judgeBuyer(template, facts);
  if (reasonCode !== null) return refuse(reasonCode);
  const problems = checkParameters(template, facts.content.components ?? []);
  if (problems.length > 0) return { ...refuse('template.parameters'), problems };
  return { kind: 'ok', language: template.language, step, category: template.category };
}

/** A message as it leaves: its template in the language that was found for it. */
export function inLanguage<Body extends Readonly<Record<string, unknown>>>(
  body: Body,
  judgement: TemplateJudgement | null,
): Body {
  const template = asObject(body['template']);
  if (template === null || judgement?.kind !== 'ok') return body;
  return {
    ...body,
    template: { ...template, language: { ...asObject(template['language']), code: judgement.language } },
  };
}

/** The languages tried for a wish, in order. */
export function languagesFor(
  wanted: string,
  fallback: string | null,
): readonly { readonly language: string; readonly step: LanguageStep }[] {
  const [base = wanted] = wanted.split('_');
  const all: { language: string; step: LanguageStep }[] = [{ language: wanted, step: 'exact' }];
  if (base !== wanted) all.push({ language: base, step: 'base' });
  if (fallback !== null) all.push({ language: fallback, step: 'fallback' });
  return all.filter(({ language }, place) => all.findIndex((one) => one.language === language) === place);
}

/** The first language that is approved; where none is, the first that exists, as its status says what is wrong. */
function chooseLanguage(facts: TemplateFacts): { template: Template; step: LanguageStep } | null {
  const tried = languagesFor(facts.content.language.code, facts.fallbackLanguage).flatMap(
    ({ language, step }) =>
      facts.templates.filter((one) => one.language === language).map((template) => ({ template, step })),
  );
  return tried.find(({ template }) => template.status === 'APPROVED') ?? tried[0] ?? null;
}

/** Advertising needs a wish to get it; whoever has not written lately and never agreed gets nothing at all. */
function judgeBuyer(template: Template, { buyer, isWindowOpen }: TemplateFacts): TemplateRefusal | null {
  const refusal = template.category === 'MARKETING' ? judgeAdvertising(buyer) : null;
  if (refusal !== null) return refusal;
  if (!isWindowOpen && !buyer.hasOptIn && !buyer.hasWrittenLately) return 'template.no_opt_in';
  return !buyer.hasPhone && hasCodeButton(template) ? 'template.needs_phone' : null;
}

function judgeAdvertising(buyer: TemplateBuyer): TemplateRefusal | null {
  if (buyer.isOptedOut || !buyer.hasOptIn) return 'template.no_marketing_consent';
  return buyer.isMarketingBlocked ? 'template.marketing_blocked' : null;
}

function statusReason(status: string): TemplateRefusal {
  if (status === 'PAUSED') return 'template.paused';
  if (status === 'DISABLED') return 'template.disabled';
  return status === 'DELETED' ? 'template.not_found' : 'template.not_approved';
}

function refuse(reasonCode: TemplateRefusal): Extract<TemplateJudgement, { kind: 'refuse' }> {
  return { kind: 'refuse', reasonCode, status: null, problems: [] };
}
