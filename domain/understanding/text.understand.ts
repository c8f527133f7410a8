import {
  asksByWord,
  confirms,
  endsWithOptOut,
  isOnly,
  isOpenMatter,
  onlyPostpones,
  optOutInWords,
  optOutKeyword,
  optsIn,
  promises,
  readTokens,
  saysOnlyYes,
  standsAlone,
  wordsBesidePromise,
} from './cascade';
import type { Reading } from './cascade';
import { LEXICON } from './lexicon';
import { normaliseText } from './normalise';
import { hasPhrase } from './phrase';
import type { PhraseList } from './phrase';
import { AMBIGUOUS_OPT_OUT } from './understood';
import type { Meaning, Understood, UnderstandingCode } from './understood';

type Found = {
  readonly code: UnderstandingCode;
  readonly meaning: Meaning;
  readonly also?: readonly string[];
};

/** What the steps see of a text. */
type Sight = {
  readonly readings: readonly Reading[];
  /** The readings of the last sentence alone. */
  readonly lastWords: readonly (readonly string[])[];
  readonly folded: string;
  readonly hasQuestionMark: boolean;
  /** Null: we have never written. */
  readonly expectsAnswer: boolean | null;
};

/** Words that may stand beside a promise to come back, and beside thanks or goodbye. */
const PROMISE_WORDS_MAX = 6;
const CONTENT_WORDS_MAX = 2;

const DOUBTFUL_OPT_OUT: Found = { code: 'opt_out.keyword', meaning: 'opt_out', also: [AMBIGUOUS_OPT_OUT] };

type Step = (sight: Sight) => Found | null;

const STEPS: readonly Step[] = [
  findOptOut,
  (sight) => (sight.hasQuestionMark ? needsReply('question.mark') : null),
  (sight) => (has(sight, LEXICON.complaint) ? needsReply('complaint') : null),
  (sight) => (hasPrice(sight) ? needsReply('price') : null),
  (sight) => (hasRequest(sight) ? needsReply('request') : null),
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
  ['price', hasPrice],
  ['request', hasRequest],
  ['quantity', hasQuantity],
  ['date', hasDate],
  ['urgent', (sight) => has(sight, LEXICON.urgent)],
  ['order', (sight) => has(sight, LEXICON.order)],
  ['opt_in', (sight) => sight.readings.some((reading) => optsIn(reading.tokens))],
];

/** Understands the words of a message, in any of the eleven languages; `expectsAnswer` is that of our last message. */
export function understandText(text: string, expectsAnswer: boolean | null): Understood {
  const { readings, folded, hasQuestionMark } = normaliseText(text);
  const sight: Sight = {
    readings: readings.map(readTokens),
    lastWords: lastSentence(text),
    folded,
    hasQuestionMark,
    expectsAnswer,
  };
  const found = firstFound(sight) ?? needsReply('undecided');
  const asides = ASIDES.filter(([, isSeen]) => isSeen(sight)).map(([code]) => code);
  return {
    code: found.code,
    meaning: found.meaning,
    evidence: [...new Set([found.code, ...(found.also ?? []), ...asides])],
  };
}

/** Whether a text is a yes or ok, with courtesy perhaps, and nothing else. */
export function isYes(text: string): boolean {
  return normaliseText(text).readings.some(saysOnlyYes);
}

/** Where a text ends: "not interested, please stop". What ends as a question is no wish: "with 100 euros, enough?". */
function lastSentence(text: string): readonly (readonly string[])[] {
  const parts = text.split(/([,.;:!?¿¡\n،؛؟।…]+)/u);
  const at = parts.findLastIndex((part) => /\p{L}/u.test(part));
  const words = parts[at];
  if (words === undefined || parts[at - 1]?.endsWith('¿') === true) return [];
  if (/[?؟❓❔⁉]/u.test(parts.slice(at).join(''))) return [];
  return normaliseText(words).readings;
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

function hasBeside(sight: Sight, list: PhraseList): boolean {
  return sight.readings.some((reading) => standsAlone(reading, list));
}

/** As a whole message or its last sentence, else in words; what may be about something else is asked about. */
function findOptOut(sight: Sight): Found | null {
  const keyword = sight.readings
    .map((reading) => optOutKeyword(reading.tokens))
    .find((kind) => kind !== null);
  if (keyword === 'ambiguous') return DOUBTFUL_OPT_OUT;
  if (keyword === 'plain') return { code: 'opt_out.keyword', meaning: 'opt_out' };
  // "My order is wrong, please stop": perhaps only the order.
  if (sight.lastWords.some(endsWithOptOut))
    return has(sight, LEXICON.order) ? DOUBTFUL_OPT_OUT : { code: 'opt_out.keyword', meaning: 'opt_out' };
  const inWords = sight.readings.map((reading) => optOutInWords(reading.tokens));
  if (inWords.includes('plain')) return { code: 'opt_out.phrase', meaning: 'opt_out' };
  return inWords.includes('ambiguous') ? { ...DOUBTFUL_OPT_OUT, code: 'opt_out.phrase' } : null;
}

/** A promise among many other words is not all that the buyer says, and what is not certain is answered. */
function findPromise(sight: Sight): Found | null {
  const isMain = sight.readings.some(
    (reading) => promises(reading) && wordsBesidePromise(reading) <= PROMISE_WORDS_MAX,
  );
  return isMain ? deferral(sight) : null;
}

/** "Tomorrow", "later": only when nothing else is said; beside a yes to our question it is an answer. */
function findLater(sight: Sight): Found | null {
  if (!sight.readings.some(onlyPostpones) || isMorning(sight)) return null;
  if (sight.expectsAnswer === true && sight.readings.some(confirms)) return needsReply('ack.answer');
  return deferral(sight);
}

/** "Morgen!" as the very first word is a greeting. */
function isMorning(sight: Sight): boolean {
  const lists = [LEXICON.helloOrLater, LEXICON.greeting, LEXICON.filler];
  return sight.expectsAnswer === null && sight.readings.some((reading) => isOnly(reading.tokens, lists));
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

function closes(reading: Reading, expectsAnswer: boolean | null): boolean {
  const { tokens, rest } = reading;
  if (isOpenMatter(reading)) return false;
  const isThanked = hasPhrase(tokens, LEXICON.thanks);
  const isDone = hasPhrase(tokens, LEXICON.done);
  const isFormulaOnly = rest.length === 0 && (isDone || partsByHello(reading, expectsAnswer));
  if (!isThanked && !hasPhrase(tokens, LEXICON.bye)) return isFormulaOnly;
  if (expectsAnswer !== true) return rest.length <= CONTENT_WORDS_MAX;
  return rest.length === 0 && (isDone || hasPhrase(tokens, LEXICON.fine) || !confirms(reading));
}

/** "Ciao", "buenas noches": a goodbye only when we have written and wait for nothing, else perhaps a greeting. */
function partsByHello(reading: Reading, expectsAnswer: boolean | null): boolean {
  return (
    expectsAnswer === false &&
    hasPhrase(reading.tokens, LEXICON.helloOrBye) &&
    !hasPhrase(reading.tokens, LEXICON.greeting)
  );
}

/** A bare yes, no or ok means something only against our last message. */
function findAcknowledgement(sight: Sight): Found | null {
  const lists = [LEXICON.ack, LEXICON.no, LEXICON.fine, LEXICON.filler, LEXICON.thanks];
  const words = [LEXICON.ack, LEXICON.no, LEXICON.fine];
  const isBare = sight.readings.some(
    (reading) =>
      words.some((list) => hasPhrase(reading.tokens, list)) &&
      isOnly(reading.tokens, lists) &&
      !isOpenMatter(reading),
  );
  if (!isBare) return null;
  return sight.expectsAnswer === true
    ? needsReply('ack.answer')
    : { code: 'ack.completion', meaning: 'acknowledgement' };
}

function findGreeting(sight: Sight): Found | null {
  const words = [LEXICON.greeting, LEXICON.helloOrBye, LEXICON.helloOrLater];
  const isGreeting = sight.readings.some(
    (reading) =>
      words.some((list) => hasPhrase(reading.tokens, list)) &&
      isOnly(reading.tokens, [...words, LEXICON.filler]),
  );
  return isGreeting ? needsReply('greeting') : null;
}

function hasPrice(sight: Sight): boolean {
  return hasBeside(sight, LEXICON.price) || hasCurrency(sight);
}

function hasRequest(sight: Sight): boolean {
  return hasBeside(sight, LEXICON.request) || hasBeside(sight, LEXICON.please);
}

function hasCurrency(sight: Sight): boolean {
  return /\p{Sc}\s*\p{Nd}|\p{Nd}\s*\p{Sc}|\b(?:usd|eur|gbp|inr|brl|idr|rs|rp|tl|try|sar|aed|egp|mxn|ars|cop|r\$)\.?\s*\d|\d\s*(?:usd|eur|gbp|inr|brl|idr|rs|tl|try|sar|aed|egp|mxn|ars|cop|k|euros?|dollars?|lira|reais|pesos|rupiah|rupees)\b/u.test(
    sight.folded,
  );
}

function hasQuantity(sight: Sight): boolean {
  return sight.readings.some(({ tokens }) =>
    tokens.some(
      (token, at) => /^\p{Nd}+$/u.test(token) && hasPhrase(tokens.slice(at + 1, at + 2), LEXICON.unit),
    ),
  );
}

function hasDate(sight: Sight): boolean {
  const isNumeric =
    /\b\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\b|\b\d{1,2}[:h]\d{2}\b|\b\d{1,2}\s*(?:am|pm|uhr|uur|h)\b/u.test(
      sight.folded,
    );
  return isNumeric || has(sight, LEXICON.date);
}
