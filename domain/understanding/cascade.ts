import { LEXICON, NARROWING, NEGATORS, WIDENING } from './lexicon';
import { coverage, endOfPhraseAt, hasPhrase, isWholePhrase } from './phrase';
import type { PhraseList } from './phrase';

/** One reading of a text, sorted into courtesy, promises to come back, and the rest. */
export type Reading = {
  readonly tokens: readonly string[];
  /** Places that a list of courtesies, confirmations or closings covers. */
  readonly isCourtesy: readonly boolean[];
  /** The same without weightless words. */
  readonly isFormula: readonly boolean[];
  /** Places of a no: what follows it is no question. */
  readonly isDenied: readonly boolean[];
  /** Places of a promise or formula: the "need" of "I need to think" and of "all I need" asks for nothing. */
  readonly isAside: readonly boolean[];
  /** The words that are left beside courtesies and pictures. */
  readonly rest: readonly string[];
};

/** Whole formulas; words inside them mean nothing by themselves. */
const FORMULAS: readonly PhraseList[] = [LEXICON.thanks, LEXICON.bye, LEXICON.done, LEXICON.fine];
const SHORT_ANSWERS: readonly PhraseList[] = [LEXICON.ack, LEXICON.no];
const HELLOS: readonly PhraseList[] = [LEXICON.helloOrBye, LEXICON.greeting];
const COURTESY: readonly PhraseList[] = [...FORMULAS, ...HELLOS, ...SHORT_ANSWERS, LEXICON.filler];
const POSTPONING: readonly PhraseList[] = [LEXICON.later, LEXICON.tomorrow, LEXICON.nextWeek];

const OPEN_SIGN = /^(?:\p{Nd}+|\p{Sc}|[👎😡🤬😠🙁☹😢😭😞💔❌])$/u;

/** Sorts the tokens of a reading. */
export function readTokens(tokens: readonly string[]): Reading {
  const isCourtesy = coverage(tokens, COURTESY);
  return {
    tokens,
    isCourtesy,
    isFormula: coverage(tokens, [...FORMULAS, ...HELLOS, ...SHORT_ANSWERS]),
    isDenied: coverage(tokens, [LEXICON.no]),
    isAside: coverage(tokens, [LEXICON.deferral, ...FORMULAS]),
    rest: tokens.filter((token, at) => isCourtesy[at] !== true && !isPicture(token)),
  };
}

/** Whether all tokens belong to the lists; pictures belong to any. */
export function isOnly(tokens: readonly string[], lists: readonly PhraseList[]): boolean {
  const covered = coverage(tokens, lists);
  return tokens.length > 0 && tokens.every((token, at) => covered[at] === true || isPicture(token));
}

/** Whether a phrase of the list stands outside every promise and formula. */
export function standsAlone(reading: Reading, list: PhraseList): boolean {
  return hasPhraseOutside(reading.tokens, list, { at: reading.isAside, by: 'some' });
}

/** Signs that say "stop" without a word. */
const STOP_SIGN = /^[🛑⛔]$/u;
/** Letters that are written apart: fewer of them may be anything. */
const SPELLED_MIN = 4;

/** Opt-out as a whole message; courtesy around it does not hide it, except where the word is ambiguous. */
export function optOutKeyword(tokens: readonly string[]): 'plain' | 'ambiguous' | null {
  const words = joinSpelled(tokens.filter((token) => !isPicture(token)));
  if (words.length === 0) return tokens.some((token) => STOP_SIGN.test(token)) ? 'plain' : null;
  if (isWholePhrase(words, LEXICON.optOutAmbiguous)) return 'ambiguous';
  return isWish(words, LEXICON.optOutKeyword) ? 'plain' : null;
}

/** Whether the last part of a message is an opt-out by itself: "not interested, please stop". */
export function endsWithOptOut(tokens: readonly string[]): boolean {
  return isWish(joinSpelled(tokens.filter((token) => !isPicture(token))), LEXICON.optOutEnding);
}

/** Whether courtesy aside the words are one entry of the list, or several one after the other. */
function isWish(words: readonly string[], list: PhraseList): boolean {
  const isPolite = coverage(words, [LEXICON.please, LEXICON.thanks]);
  const plain = words.filter((_word, at) => isPolite[at] !== true);
  const isRepeated = plain.length > 0 && plain.every((word) => isWholePhrase([word], list));
  return isRepeated || isWholePhrase(plain, list) || isWholePhrase(words, list);
}

/**
 * Opt-out among other words. What stands within a phrase that means something else is none, unless the opt-out says more
 * than that phrase ("not by phone or here"). The buyer is asked where it may say more than that phrase, and where what
 * follows may narrow it to a time or thing ("no messages on the card").
 */
export function optOutInWords(tokens: readonly string[]): 'plain' | 'ambiguous' | null {
  const others = spansOf(tokens, LEXICON.optOutExcept);
  const wishes = spansOf(tokens, LEXICON.optOutPhrase).filter((wish) => standsApart(wish, others));
  const parts = spansOf(tokens, LEXICON.optOutPartly);
  const doubts = spansOf(tokens, LEXICON.optOutDoubt);
  const whole = wishes.filter((wish) => standsApart(wish, [...parts, ...doubts]));
  if (whole.some((wish) => !goesOn(tokens, NARROWING, wish.end))) return 'plain';
  const isWidened = wishes.some((wish) =>
    parts.some(
      (part) => !standsApart(wish, [part]) && goesOn(tokens, WIDENING, Math.max(wish.end, part.end)),
    ),
  );
  return isWidened || whole.length > 0 || doubts.length > 0 ? 'ambiguous' : null;
}

function standsApart(wish: Span, others: readonly Span[]): boolean {
  return others.every((other) => wish.end <= other.at || other.end <= wish.at || isWithin(other, wish));
}

function goesOn(tokens: readonly string[], list: PhraseList, at: number): boolean {
  return endOfPhraseAt(tokens, list, at) !== null;
}

type Span = { readonly at: number; readonly end: number };

function spansOf(tokens: readonly string[], list: PhraseList): Span[] {
  return tokens.flatMap((_token, at) => {
    const end = endOfPhraseAt(tokens, list, at);
    return end === null ? [] : [{ at, end }];
  });
}

/** Whether a span lies within another one that is longer. */
function isWithin(inner: Span, outer: Span): boolean {
  return outer.at <= inner.at && inner.end <= outer.end && outer.end - outer.at > inner.end - inner.at;
}

/** Puts letters together that are written apart, as in `s t o p`. */
function joinSpelled(words: readonly string[]): string[] {
  const isSpelled = words.length >= SPELLED_MIN && words.every((word) => /^\p{L}\p{M}*$/u.test(word));
  return isSpelled ? [words.join('')] : [...words];
}

/** Whether a yes or ok stands there, beside courtesy at most. */
export function saysOnlyYes(tokens: readonly string[]): boolean {
  const courtesy = [LEXICON.filler, LEXICON.please, LEXICON.thanks];
  return (
    [LEXICON.ack, LEXICON.fine].some((list) => hasPhrase(tokens, list)) &&
    isOnly(tokens, [LEXICON.ack, LEXICON.fine, ...courtesy]) &&
    !hasPhrase(tokens, LEXICON.no)
  );
}

/**
 * Whether the whole message, courtesy aside, takes an opt-out back, or a phrase in it does. A phrase beside a negation may
 * mean the opposite, so it opens nothing.
 */
export function optsIn(tokens: readonly string[]): boolean {
  const words = tokens.filter((token) => !isPicture(token));
  const isPolite = coverage(words, [LEXICON.please, LEXICON.thanks, LEXICON.greeting]);
  const plain = words.filter((_word, at) => isPolite[at] !== true);
  return (
    isWholePhrase(plain, LEXICON.optInKeyword) ||
    (hasPhrase(tokens, LEXICON.optInPhrase) && !hasPhrase(tokens, NEGATORS))
  );
}

/** Whether the message begins like a question, courtesies in front left aside, or holds an unmistakable one. */
export function asksByWord(reading: Reading): boolean {
  if (standsAlone(reading, LEXICON.questionStrong)) return true;
  const beginnings = [reading.isFormula, reading.isCourtesy].map((taken) =>
    reading.tokens.findIndex((token, at) => taken[at] !== true && !isPicture(token)),
  );
  return beginnings.some(
    (at) =>
      at >= 0 &&
      reading.isDenied[at - 1] !== true &&
      reading.isAside[at] !== true &&
      endOfPhraseAt(reading.tokens, LEXICON.question, at) !== null,
  );
}

/** Whether words beside the courtesies keep the matter open. */
export function isOpenMatter(reading: Reading): boolean {
  const { tokens, isCourtesy, rest } = reading;
  return (
    [LEXICON.question, LEXICON.blocker, LEXICON.order, LEXICON.unit].some((list) =>
      hasPhraseOutside(tokens, list, { at: isCourtesy, by: 'every' }),
    ) ||
    (rest.length > 0 && hasPhrase(tokens, LEXICON.no)) ||
    joinsMatter(reading) ||
    tokens.some((token) => OPEN_SIGN.test(token))
  );
}

/** Whether a yes, no or ok stands beside the other courtesies; the "good" of "good night" is none. */
export function confirms(reading: Reading): boolean {
  const other = coverage(reading.tokens, [...FORMULAS, ...HELLOS, LEXICON.filler]);
  return SHORT_ANSWERS.some((list) => hasPhraseOutside(reading.tokens, list, { at: other, by: 'every' }));
}

/** Whether the buyer promises to come back; "let's see each other later" as a goodbye is none. */
export function promises(reading: Reading): boolean {
  const formulas = coverage(reading.tokens, FORMULAS);
  return hasPhraseOutside(reading.tokens, LEXICON.deferral, { at: formulas, by: 'every' });
}

/** How many words a promise leaves unexplained. */
export function wordsBesidePromise(reading: Reading): number {
  return (
    reading.rest.length -
    reading.tokens.filter((_token, at) => reading.isAside[at] === true && reading.isCourtesy[at] !== true)
      .length
  );
}

/** Whether a word that postpones is all that is said beside courtesies; `bis morgen` is a goodbye. */
export function onlyPostpones(reading: Reading): boolean {
  const { tokens, isCourtesy } = reading;
  const isPostponed = coverage(tokens, POSTPONING);
  return (
    !hasPhrase(tokens, LEXICON.bye) &&
    POSTPONING.some((list) => hasPhraseOutside(tokens, list, { at: isCourtesy, by: 'every' })) &&
    tokens.every((token, at) => isPostponed[at] === true || isCourtesy[at] === true || isPicture(token))
  );
}

/** Emoji and other pictures. */
function isPicture(token: string): boolean {
  return /^\p{Extended_Pictographic}$/u.test(token);
}

/** "Thanks, and the delivery": something new follows the "and", weightless words aside. */
function joinsMatter(reading: Reading): boolean {
  const { tokens, isFormula, isCourtesy } = reading;
  return tokens.some((_token, at) => {
    const end = endOfPhraseAt(tokens, LEXICON.and, at);
    if (end === null) return false;
    const next = tokens.findIndex(
      (_later, place) => place >= end && (isFormula[place] === true || isCourtesy[place] !== true),
    );
    return next >= 0 && isCourtesy[next] !== true;
  });
}

/** Whether a phrase stands where not `some` (or not `every`) of its places are already taken. */
function hasPhraseOutside(
  tokens: readonly string[],
  list: PhraseList,
  taken: { readonly at: readonly boolean[]; readonly by: 'some' | 'every' },
): boolean {
  return tokens.some((_token, at) => {
    const end = endOfPhraseAt(tokens, list, at);
    if (end === null) return false;
    const places = taken.at.slice(at, end);
    return taken.by === 'some' ? !places.includes(true) : places.includes(false);
  });
}
