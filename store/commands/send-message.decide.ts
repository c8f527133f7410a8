import { toBody } from '../../domain/send/outgoing-message';
import { UNWATCHED_SENDS } from '../../domain/vocabulary';
import {
  agentOwner,
  done,
  isOwnedByOtherAgent,
  isWindowOpen,
  namesUnknownMessage,
  refused,
} from './command.effects';
import { refuseTemplate } from './template-refusal';
import { inLanguage } from '../../domain/template/template.judge';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/** Further ahead nobody knows what will be right to say; a conversation of which nothing is heard completes by then. */
const SEND_LATER_MAX_MS = 30 * 86_400_000;

/**
 * An agent writes, now or for later, and thereby takes over at once. The window is checked again when the message leaves;
 * for a later time only then, as the buyer may write before it.
 */
export function decideSendMessage(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'send_message'>,
): CommandVerdict {
  const scheduledForMs = given.sendAt === undefined ? null : Date.parse(given.sendAt);
  const refusal = refuse(control, moment, { ...given, scheduledForMs });
  if (refusal !== null) return refusal;
  return done({
    owner: agentOwner(moment.actor),
    needsHuman: false,
    recalls: UNWATCHED_SENDS,
    endsFollowUps: true,
    sends: {
      body: inLanguage(toBody(given.message, control.named), control.template),
      expectsAnswer: given.expectsAnswer ?? false,
      scheduledForMs,
      repeatsSendId: null,
      // Only where it is needed: an opt-out that comes later is not meant.
      overridesOptOut: control.isOptedOut && given.overrideOptOut === true,
    },
  });
}

type Given = ArgumentsOf<'send_message'> & { readonly scheduledForMs: number | null };

function refuse(control: ConversationControl, moment: CommandMoment, given: Given): CommandVerdict | null {
  if (isOwnedByOtherAgent(control, moment.actor) && given.force !== true)
    return refused('owned_by_other_agent', 'force=true');
  if (control.isOptedOut && given.overrideOptOut !== true)
    return refused('buyer_opted_out', 'override_opt_out=true');
  return (
    refuseTime(control, moment, given) ?? refuseQuote(control, given) ?? refuseTemplate(control.template)
  );
}

function refuseTime(
  control: ConversationControl,
  moment: CommandMoment,
  given: Given,
): CommandVerdict | null {
  const { scheduledForMs, message } = given;
  if (scheduledForMs !== null)
    return isInRange(scheduledForMs, moment.nowMs)
      ? null
      : refused('send_at_out_of_range', `send_at_ms>${moment.nowMs}`);
  return message.type === 'template' || isWindowOpen(control, moment)
    ? null
    : refused('outside_window', `window_closes_at_ms>${moment.nowMs}`);
}

function refuseQuote(control: ConversationControl, given: Given): CommandVerdict | null {
  return namesUnknownMessage(control, given) ? refused('message_not_found') : null;
}

/** What cannot be read as a time is not in range either. */
function isInRange(atMs: number, nowMs: number): boolean {
  return atMs > nowMs && atMs <= nowMs + SEND_LATER_MAX_MS;
}
