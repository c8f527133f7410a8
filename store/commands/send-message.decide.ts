import { AUTOMATED_SENDS } from '../../domain/vocabulary';
import { serviceWindow } from '../../domain/send/window';
import { agentOwner, done, isOwnedByOtherAgent, refused } from './command.effects';
import type { ArgumentsOf, CommandMoment, CommandVerdict, ConversationControl } from './command.types';

/** An agent writes, and thereby takes over. The window is checked again when the message leaves. */
export function decideSendMessage(
  control: ConversationControl,
  moment: CommandMoment,
  given: ArgumentsOf<'send_message'>,
): CommandVerdict {
  if (isOwnedByOtherAgent(control, moment.actor) && given.force !== true)
    return refused('owned_by_other_agent', 'force=true');
  if (control.isOptedOut) return refused('buyer_opted_out');
  const closesAtMs = serviceWindow({ lastInboundAtMs: control.lastInboundAtMs });
  if (closesAtMs === null || moment.nowMs >= closesAtMs)
    return refused('outside_window', `window_closes_at_ms>${moment.nowMs}`);
  return done({
    owner: agentOwner(moment.actor),
    needsHuman: false,
    recalls: AUTOMATED_SENDS,
    endsFollowUps: true,
    sends: {
      message: given.message,
      expectsAnswer: given.expectsAnswer ?? false,
      notAfterMs: closesAtMs,
    },
  });
}
