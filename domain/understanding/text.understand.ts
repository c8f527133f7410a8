import { asksByWord, isOnly, isOpenMatter, optOutKeyword, readTokens } from './cascade';
import type { Reading } from './cascade';
import { LEXICON } from './lexicon';
import { normaliseText } from './normalise';
import { hasPhrase } from './phrase';
import type { PhraseList } from './phrase';
import type { Meaning, Understood, UnderstandingCode } from './understood';

type Found = { readonly code: UnderstandingCode; readonly meaning: Meaning; readonly also?: readonly string[] };

/** What the steps see of a text. */
type Sight = {
  readonly readings: readonly Reading[];
  readonly folded: string;
  readonly hasQuestionMark: boolean;
  /** Null: we have never written. */
  readonly expectsAnswer: boolean | null;
};

type Step = (sight: Sight) => Found | null;

const STEPS: readonly Step[] = [
  findOptOut,
  (sight) => (sight.hasQuestionMark ? needsReply('question.mark') : null),
  (sight) => (has(sight, LEXICON.complaint) ? needsReply('complaint') : null),
  (sight) => (has(sight, LEXICON.price) || hasCurrency(sight) ? needsReply('price') : null),
  (sight) => (has(sight, LEXICON.request) || has(sight, LEXICON.please) ? needsReply('request') : null),
  (sight) => (hasQuantity(sight) ? needsReply('quantity') : null),
  (sight) => (sight.readings.some(asksByWord) ? needsReply('question.word') : null),
  // A promise names its day ("I'll tell you on Monday"), so promises come before bare dates.
  findPromise,
  (sight) => (hasDate(sight) ? needsReply('date') : null),
  findLater,
  findClosing,
  findAcknowledgement,
  findGreeting,
];

/** Facts beside the verdict, for routing and urgency. */
const ASIDES: readonly (readonly [string, (sight: Sight) => boolean])[] = [
  ['complaint', (sight) => has(sight, LEXICON.complaint)],
  ['price', (sight) => has(sight, LEXICON.price) || hasCurrency(sight)],
  ['request', (sight) => has(sight, LEXICON.request)],
  ['quantity', hasQuantity],
  ['date', hasDate],
  ['urgent', (sight) => has(sight, LEXICON.urgent)],
  ['order', (sight) => has(sight, LEXICON.order)],
];

/** Understands the words of a message, in any of the eleven languages; `expectsAnswer` is that of our last message. */
export function understandText(text: string, expectsAnswer: boolean | null): Understood {
  const { readings, folded, hasQuestionMark } = normaliseText(text);
  const sight: Sight = { readings: readings.map(readTokens), folded, hasQuestionMark, expectsAnswer };
  const found = firstFound(sight) ?? needsReply('undecided');
  const asides = ASIDES.filter(([, isSeen]) => isSeen(sight)).map(([code]) => code);
  return {
    code: found.code,
    meaning: found.meaning,
    evidence: [...new Set([found.code, ...(found.also ?? []), ...asides])],
  };
}

function firstFound(sight: Sight): Found | null {
  for (const step of STEPS) {
    const found = step(sight);
    if (found !== null) return found;
  }
  return null;
}

function needsReply(code: UnderstandingCode): Found {
  return { code, meaning: 'needs_reply' };
}

function has(sight: Sight, list: PhraseList): boolean {
  return sight.readings.some((reading) => hasPhrase(reading.tokens, list));
}

function findOptOut(sight: Sight): Found | null {
  const keyword = sight.readings.map((reading) => optOutKeyword(reading.tokens)).find((kind) => kind !== null);
  if (keyword === 'ambiguous')
    return { code: 'opt_out.keyword', meaning: 'opt_out', also: ['opt_out.ambiguous'] };
  if (keyword === 'plain') return { code: 'opt_out.keyword', meaning: 'opt_out' };
  return has(sight, LEXICON.optOutPhrase) ? { code: 'opt_out.phrase', meaning: 'opt_out' } : null;
}

function findPromise(sight: Sight): Found | null {
  return has(sight, LEXICON.deferral) ? deferral(sight) : null;
}

/** "Tomorrow", "later": only when nothing else is said; beside a yes to our question it is an answer. */
function findLater(sight: Sight): Found | null {
  const POSTPONING = [LEXICON.later, LEXICON.tomorrow, LEXICON.nextWeek];
  const isAll = sight.readings.some(
    (reading) =>
      POSTPONING.some((list) => hasPhrase(reading.rest, list)) && isOnly(reading.rest, POSTPONING),
  );
  // "Morgen!" as the first word ever is a greeting.
  if (!isAll || (sight.expectsAnswer === null && has(sight, LEXICON.greeting))) return null;
  if (sight.expectsAnswer === true && has(sight, LEXICON.ack)) return needsReply('ack.answer');
  return deferral(sight);
}

function deferral(sight: Sight): Found {
  const also: string[] = [];
  if (has(sight, LEXICON.tomorrow)) also.push('deferral.tomorrow');
  if (has(sight, LEXICON.nextWeek)) also.push('deferral.next_week');
  return { code: 'deferral', meaning: 'deferral', also };
}

/** Thanks or goodbye and little else. After a question of ours nothing else at all, as anything else may be the answer. */
function findClosing(sight: Sight): Found | null {
  const isClosing = sight.readings.some((reading) => closes(reading, sight.expectsAnswer));
  return isClosing ? { code: 'closing.words', meaning: 'closing' } : null;
}

const CONTENT_WORDS_MAX = 2;

function closes(reading: Reading, expectsAnswer: boolean | null): boolean {
  const { tokens, rest } = reading;
  const isDone = hasPhrase(tokens, LEXICON.done);
  const isFine = hasPhrase(tokens, LEXICON.fine);
  const isMeeting = expectsAnswer !== false && isOnly(tokens, [LEXICON.helloOrBye, LEXICON.filler]);
  const saysGoodbye = hasPhrase(tokens, LEXICON.bye) || (hasPhrase(tokens, LEXICON.helloOrBye) && !isMeeting);
  const isPolite = hasPhrase(tokens, LEXICON.thanks) || saysGoodbye;
  if (!isPolite && !isDone) return false;
  if (isOpenMatter(reading) || rest.length > CONTENT_WORDS_MAX) return false;
  if (expectsAnswer !== true) return true;
  return rest.length === 0 && (isDone || isFine || !hasPhrase(tokens, LEXICON.ack));
}

/** A bare yes, no or ok means something only against our last message. */
function findAcknowledgement(sight: Sight): Found | null {
  const lists = [LEXICON.ack, LEXICON.fine, LEXICON.filler, LEXICON.thanks];
  const isBare = sight.readings.some(
    (reading) =>
      (hasPhrase(reading.tokens, LEXICON.ack) || hasPhrase(reading.tokens, LEXICON.fine)) &&
      isOnly(reading.tokens, lists) &&
      !isOpenMatter(reading),
  );
  if (!isBare) return null;
  return sight.expectsAnswer === true
    ? needsReply('ack.answer')
    : { code: 'ack.completion', meaning: 'acknowledgement' };
}

function findGreeting(sight: Sight): Found | null {
  const lists = [LEXICON.greeting, LEXICON.helloOrBye, LEXICON.filler];
  const isGreeting = sight.readings.some(
    (reading) =>
      (hasPhrase(reading.tokens, LEXICON.greeting) || hasPhrase(reading.tokens, LEXICON.helloOrBye)) &&
      isOnly(reading.tokens, lists),
  );
  return isGreeting ? needsReply('greeting') : null;
}

function hasCurrency(sight: Sight): boolean {
  return /\p{Sc}\s*\p{Nd}|\p{Nd}\s*\p{Sc}|\b(?:usd|eur|gbp|inr|brl|idr|rs|rp|tl|try|sar|aed|egp|mxn|ars|cop|r\$)\.?\s*\d|\d\s*(?:usd|eur|gbp|inr|brl|idr|rs|tl|try|sar|aed|egp|mxn|ars|cop|k|euros?|dollars?|lira|reais|pesos|rupiah|rupees)\b/u.test(
    sight.folded,
  );
}

function hasQuantity(sight: Sight): boolean {
  return sight.readings.some(({ tokens }) =>
    tokens.some((token, at) => /^\p{Nd}+$/u.test(token) && hasPhrase(tokens.slice(at + 1, at + 2), LEXICON.unit)),
  );
}

function hasDate(sight: Sight): boolean {
  const isNumeric =
    /\b\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\b|\b\d{1,2}[:h]\d{2}\b|\b\d{1,2}\s*(?:am|pm|uhr|uur|h)\b/u.test(
      sight.folded,
    );
  return isNumeric || has(sight, LEXICON.date);
}
