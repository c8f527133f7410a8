import type { Owner } from '../../domain/vocabulary';
import type { CommandEffects, CommandVerdict, ConversationControl, RefusalCode } from './command.types';

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
