import { understandMessage } from './message.understand';
import type { MessageToUnderstand, Understood, UnderstoodTurn } from './understood';

/** Understands the messages of one turn together: the strongest meaning counts, every message keeps its own code. */
export function understandTurn(messages: readonly MessageToUnderstand[]): UnderstoodTurn {
  return combineTurn(messages.map(understandMessage));
}

/** The same for messages that were understood before. */
export function combineTurn(messages: readonly Understood[]): UnderstoodTurn {
  const [first, ...others] = messages;
  // A turn without messages cannot be judged, and what cannot be judged is answered.
  if (first === undefined) return { code: 'undecided', meaning: 'needs_reply', evidence: [], messages: [] };
  const strongest = others.reduce((best, next) => (strength(next) > strength(best) ? next : best), first);
  const evidence = [...new Set([...strongest.evidence, ...messages.flatMap((message) => message.evidence)])];
  return {
    code: isComplaint(strongest) ? 'complaint' : strongest.code,
    meaning: strongest.meaning,
    evidence,
    messages: [...messages],
  };
}

function isComplaint(message: Understood): boolean {
  return message.meaning !== 'opt_out' && message.evidence.includes('complaint');
}

function strength(message: Understood): number {
  if (isComplaint(message)) return 6;
  switch (message.meaning) {
    case 'opt_out':
      return 7;
    case 'needs_reply':
      // A greeting beside a question is not what the turn is about.
      return message.code === 'greeting' || message.code === 'undecided' ? 4 : 5;
    case 'deferral':
      return 3;
    case 'media':
      return 2;
    case 'closing':
      return 1;
    case 'acknowledgement':
      return 0;
  }
}
