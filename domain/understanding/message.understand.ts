import { isYes, understandText } from './text.understand';
import type { MessageToUnderstand, Understood } from './understood';

const PRESSED = new Set(['button', 'interactive']);
/** Reports of WhatsApp, and messages that were taken back. */
const NOTHING_SAID = new Set(['system', 'revoked']);
const WRITTEN = new Set(['text', 'unknown']);
/** What else the title or id of a button tells. */
const ASIDE_OF_BUTTONS = new Set(['complaint', 'urgent', 'opt_in']);
const ANGRY_OR_ASKING = /[👎😡🤬😠🙁☹😢😭😞💔❌❓❔⁉🤔]/u;

/**
 * Understands one message by the cascade: explicit things first, then rules from the strongest to the weakest; the
 * first match decides, and what stays undecided needs a reply.
 */
export function understandMessage(message: MessageToUnderstand): Understood {
  if (confirmsOptOut(message))
    return { code: 'opt_out.confirmed', meaning: 'opt_out', evidence: ['opt_out.confirmed'] };
  return understandContent(message);
}

/** A press without id and words came incomplete: like a picture, somebody must look at it. */
function isPressed(message: MessageToUnderstand): boolean {
  if (message.payloadId !== null || message.type === 'order') return true;
  return PRESSED.has(message.type) && (message.text ?? '').trim() !== '';
}

function understandContent(message: MessageToUnderstand): Understood {
  const expectsAnswer = message.ourLastMessage?.expectsAnswer ?? null;
  if (message.type === 'reaction' || message.type === 'sticker') return understandSign(message);
  if (NOTHING_SAID.has(message.type))
    return { code: 'system', meaning: 'acknowledgement', evidence: [message.type] };
  const words = understandText(message.text ?? '', expectsAnswer);
  if (isPressed(message)) return understandPayload(message, words);
  if (WRITTEN.has(message.type)) return words;
  return understandMedia(words);
}

/** A short yes, or a reaction in its place, to our question whether the buyer wants no more messages. */
function confirmsOptOut(message: MessageToUnderstand): boolean {
  if (message.ourLastMessage?.asksOptOut !== true) return false;
  if (message.type === 'reaction')
    return understandSign({ ...message, ourLastMessage: { expectsAnswer: true } }).code === 'ack.answer';
  return WRITTEN.has(message.type) && isYes(message.text ?? '');
}

/** A reaction or sticker says "seen" or "yes"; after our question it is an answer. */
function understandSign(message: MessageToUnderstand): Understood {
  const evidence = [message.type === 'sticker' ? 'sticker' : 'reaction'];
  const isTakenBack = message.type === 'reaction' && (message.emoji === null || message.emoji === '');
  if (isTakenBack) return { code: 'reaction', meaning: 'acknowledgement', evidence };
  if (message.emoji !== null && ANGRY_OR_ASKING.test(message.emoji))
    return { code: 'reaction', meaning: 'needs_reply', evidence };
  return message.ourLastMessage?.expectsAnswer === true
    ? { code: 'ack.answer', meaning: 'needs_reply', evidence }
    : { code: 'ack.completion', meaning: 'acknowledgement', evidence };
}

/** A pressed button means what it says; "Stop promotions" is a button too. */
function understandPayload(message: MessageToUnderstand, title: Understood): Understood {
  const id = understandText((message.payloadId ?? '').replace(/[_\-./:]+/g, ' '), null);
  const description = understandText(message.description ?? '', null);
  const optOut = [title, id, description].find((understood) => understood.meaning === 'opt_out');
  if (optOut !== undefined) return { ...optOut, evidence: ['payload', ...optOut.evidence] };
  return {
    code: 'payload',
    meaning: 'needs_reply',
    evidence: [
      'payload',
      ...[...title.evidence, ...id.evidence].filter((code) => ASIDE_OF_BUTTONS.has(code)),
    ],
  };
}

/** Pictures, voice, files, places: somebody must look, unless the caption says plainly what is wanted. */
function understandMedia(caption: Understood): Understood {
  const saysWhat =
    caption.meaning === 'opt_out' ||
    (caption.meaning === 'needs_reply' && !['undecided', 'greeting', 'ack.answer'].includes(caption.code));
  if (saysWhat) return { ...caption, evidence: [...caption.evidence, 'media'] };
  return { code: 'media', meaning: 'media', evidence: ['media'] };
}
