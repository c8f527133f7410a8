import { coverage, endOfPhraseAt, hasPhrase, isWholePhrase } from './phrase';
import type { PhraseList } from './phrase';
import { LEXICON } from './lexicon';

/** Everything the rules look at, for one reading of a text. */
export type Reading = {
  readonly tokens: readonly string[];
  /** Words that no list of courtesies, confirmations or closings covers. */
  readonly rest: readonly string[];
};

const COURTESY: readonly PhraseList[] = [
  LEXICON.thanks,
  LEXICON.bye,
  LEXICON.helloOrBye,
  LEXICON.greeting,
  LEXICON.done,
  LEXICON.fine,
  LEXICON.ack,
  LEXICON.filler,
];

/** Sorts the tokens of a reading into courtesy and the rest. */
export function readTokens(tokens: readonly string[]): Reading {
  const covered = coverage(tokens, COURTESY);
  return { tokens, rest: tokens.filter((token, at) => covered[at] !== true && !isPicture(token)) };
}

/** Whether all tokens belong to the lists; pictures count only when they are of a list. */
export function isOnly(tokens: readonly string[], lists: readonly PhraseList[]): boolean {
  const covered = coverage(tokens, lists);
  return tokens.length > 0 && tokens.every((token, at) => covered[at] === true || isPicture(token));
}

/** Opt-out as a whole message; courtesy around it does not hide it, except where the word is ambiguous. */
export function optOutKeyword(tokens: readonly string[]): 'plain' | 'ambiguous' | null {
  const words = tokens.filter((token) => !isPicture(token));
  if (isWholePhrase(words, LEXICON.optOutAmbiguous)) return 'ambiguous';
  const plain = words.filter((word) => !isWholePhrase([word], LEXICON.please));
  const isRepeated = plain.length > 0 && plain.every((word) => isWholePhrase([word], LEXICON.optOutKeyword));
  return isRepeated || isWholePhrase(plain, LEXICON.optOutKeyword) ? 'plain' : null;
}

/** Whether the message begins like a question, courtesies in front left aside, or holds an unmistakable question word. */
export function asksByWord(reading: Reading): boolean {
  if (hasPhrase(reading.tokens, LEXICON.questionStrong)) return true;
  return endOfPhraseAt(reading.rest, LEXICON.question, 0) !== null;
}

/** Whether the words that are left keep the matter open. */
export function isOpenMatter(reading: Reading): boolean {
  return (
    hasPhrase(reading.rest, LEXICON.question) ||
    hasPhrase(reading.tokens, LEXICON.blocker) ||
    hasPhrase(reading.tokens, LEXICON.order) ||
    reading.tokens.some((token) => /^(?:\p{Nd}+|\p{Sc}|[👎😡🤬😠🙁😢😭😞❌])$/u.test(token))
  );
}

/** Emoji and other pictures. */
export function isPicture(token: string): boolean {
  return /^\p{Extended_Pictographic}$/u.test(token);
}
