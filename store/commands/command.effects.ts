import type { OutgoingMessage } from '../../domain/send/outgoing-message';
import { isWindowOpenAt } from '../../domain/send/window';
import type { Owner } from '../../domain/vocabulary';
import type {
  CommandEffects,
  CommandMoment,
  CommandVerdict,
  ConversationControl,
  RefusalCode,
  TargetSend,
} from './command.types';

/** The owner that an agent becomes. */
export function agentOwner(actor: string): Owner {
  return `agent:${actor}`;
}

/** Carried out with exactly these changes. */
export function done(effects: Partial<CommandEffects>): CommandVerdict {
  return { kind: 'done', effects: { recalls: [], endsFollowUps: false, closesEpisode: false, ...effects } };
}

/** Not carried out; `flip` names the smallest change that would have let it through. */
export function refused(refusal: RefusalCode, flip: string | null = null): CommandVerdict {
  return { kind: 'refused', refusal, flip };
}

/** Whether an agent other than the actor holds the conversation. */
export function isOwnedByOtherAgent(control: ConversationControl, actor: string): boolean {
  return control.owner.startsWith('agent:') && control.owner !== agentOwner(actor);
}

/** Whether the effects change the owner or the pause, which is what raises the epoch. */
export function raisesEpoch(control: ConversationControl, effects: CommandEffects): boolean {
  const owner = effects.owner ?? control.owner;
  const pausedUntilMs = effects.pausedUntilMs === undefined ? control.pausedUntilMs : effects.pausedUntilMs;
  return owner !== control.owner || pausedUntilMs !== control.pausedUntilMs;
}

/** Whether free text may leave at this moment. */
export function isWindowOpen(control: ConversationControl, moment: CommandMoment): boolean {
  return isWindowOpenAt(control.windowClosesAtMs, moment.nowMs);
}

/** Whether a message quotes or reacts to one that is not in this conversation, or has no id of WhatsApp. */
export function namesUnknownMessage(
  control: ConversationControl,
  given: { readonly message: OutgoingMessage; readonly replyTo?: string },
): boolean {
  if (given.message.type === 'reaction') return control.named.reactsTo === null;
  return given.replyTo !== undefined && control.named.repliesTo === null;
}

/** A buyer whose answer does not leave waits for a person; after a follow-up or an assurance nobody waits. */
export function leavesBuyerWaiting(send: TargetSend): { readonly needsHuman?: true } {
  return send.kind === 'reply' ? { needsHuman: true } : {};
}
