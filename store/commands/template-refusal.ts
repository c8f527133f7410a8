import type { TemplateJudgement, TemplateRefusal } from '../../domain/template/template.judge';
import { describeProblem } from '../../domain/template/template.check';
import { refused } from './command.effects';
import type { CommandVerdict, RefusalCode } from './command.types';

const REFUSALS: Readonly<Record<TemplateRefusal, RefusalCode>> = {
  'template.not_found': 'template_not_found',
  'template.not_approved': 'template_not_approved',
  'template.paused': 'template_not_approved',
  'template.disabled': 'template_not_approved',
  'template.parameters': 'template_parameters_wrong',
  'template.no_marketing_consent': 'no_marketing_consent',
  'template.no_opt_in': 'no_opt_in',
  'template.marketing_blocked': 'marketing_blocked',
  'template.needs_phone': 'template_needs_phone',
};

/** The refusal of an order whose template may not go to the buyer; null when it may. */
export function refuseTemplate(judgement: TemplateJudgement | null): CommandVerdict | null {
  return judgement?.kind === 'refuse' ? refused(refusalOf(judgement.reasonCode)) : null;
}

/** As commands name the refusal of a template. */
export function refusalOf(reasonCode: TemplateRefusal): RefusalCode {
  return REFUSALS[reasonCode];
}

/** What is wrong with a template, line by line, for whoever ordered it. */
export function templateProblems(judgement: TemplateJudgement | null): readonly string[] {
  if (judgement?.kind !== 'refuse') return [];
  if (judgement.status !== null) return [`WhatsApp says ${judgement.status}`];
  return judgement.problems.map(describeProblem);
}
