import type { CommandAnswer, ConversationControl } from './command.types';
import { pausedUntilText } from './effects.store';

/** A conversation's control in the form in which answers carry it. */
export function describeControl(control: ConversationControl): CommandAnswer['conversation'] {
  const rule = control.followUpRule;
  return {
    id: control.id,
    owner: control.owner,
    paused_until: pausedUntilText(control.pausedUntilMs),
    epoch: control.epoch,
    route_override: control.routeOverride,
    follow_up_rule:
      rule === null
        ? null
        : {
            ...(rule.waitSeconds === undefined ? {} : { wait_seconds: rule.waitSeconds }),
            ...(rule.cap === undefined ? {} : { cap: rule.cap }),
            ...(rule.enabled === undefined ? {} : { enabled: rule.enabled }),
          },
    needs_human: control.needsHuman,
    reason_code: control.reasonCode,
  };
}

/** In which language a template goes, as the answer tells it; nothing when the order names none. */
export function describeTemplate(template: ConversationControl['template']): Pick<CommandAnswer, 'template'> {
  if (template?.kind !== 'ok') return {};
  const { language, step, category } = template;
  return { template: { language, step, category } };
}
