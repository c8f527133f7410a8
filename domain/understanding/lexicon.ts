import { ar } from './lexicon/ar';
import { de } from './lexicon/de';
import { en } from './lexicon/en';
import { es } from './lexicon/es';
import { fr } from './lexicon/fr';
import { hi } from './lexicon/hi';
import { id } from './lexicon/id';
import { it } from './lexicon/it';
import type { Lists } from './lexicon/lists';
import { narrowing } from './lexicon/narrowing';
import { negators } from './lexicon/negators';
import { nl } from './lexicon/nl';
import { promotionStops } from './lexicon/promotions';
import { pt } from './lexicon/pt';
import { tr } from './lexicon/tr';
import { widening } from './lexicon/widening';
import { compilePhrases } from './phrase';
import type { PhraseList } from './phrase';

/** The lists by language. */
export const LANGUAGES: Readonly<Record<string, Lists>> = { ar, de, en, es, fr, hi, id, it, nl, pt, tr };

/** The union of all languages: a message of three words is too short to tell its language first. */
export const LEXICON: Readonly<Record<keyof Lists, PhraseList>> = {
  thanks: union('thanks'),
  bye: union('bye'),
  helloOrBye: union('helloOrBye'),
  helloOrLater: union('helloOrLater'),
  greeting: union('greeting'),
  done: union('done'),
  fine: union('fine'),
  ack: union('ack'),
  no: union('no'),
  filler: union('filler'),
  blocker: union('blocker'),
  and: union('and'),
  question: union('question'),
  questionStrong: union('questionStrong'),
  optOutKeyword: union('optOutKeyword', wordsOfPromotionStops()),
  optOutEnding: union('optOutEnding'),
  optOutAmbiguous: union('optOutAmbiguous'),
  optOutPhrase: union('optOutPhrase'),
  optOutExcept: union('optOutExcept'),
  optOutPartly: union('optOutPartly'),
  optOutDoubt: union('optOutDoubt'),
  optInKeyword: union('optInKeyword'),
  optInPhrase: union('optInPhrase'),
  deferral: union('deferral'),
  later: union('later'),
  tomorrow: union('tomorrow'),
  nextWeek: union('nextWeek'),
  please: union('please'),
  request: union('request'),
  price: union('price'),
  complaint: union('complaint'),
  urgent: union('urgent'),
  order: union('order'),
  unit: union('unit'),
  date: union('date'),
};

/** What turns permission into its opposite. */
export const NEGATORS: PhraseList = compilePhrases(entriesOf(negators));

/** What makes a wish for one way or time more than that. */
export const WIDENING: PhraseList = compilePhrases(entriesOf(widening));

/** What may make an opt-out one of a time or thing only. */
export const NARROWING: PhraseList = compilePhrases(entriesOf(narrowing));

/** The entries of one list of one language. */
export function entriesOf(list: string): string[] {
  return list
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function union(name: keyof Lists, others: readonly string[] = []): PhraseList {
  const entries = [...Object.values(LANGUAGES).flatMap((lists) => entriesOf(lists[name])), ...others];
  return compilePhrases([...new Set(entries.flatMap(withUmlautsSpelledOut))]);
}

/** "Stop promotions" and the like: each word for them with each verb. */
function wordsOfPromotionStops(): string[] {
  return promotionStops.flatMap((stops) => {
    const between = ['', ...entriesOf(stops.between)];
    return entriesOf(stops.things).flatMap((thing) => [
      ...entriesOf(stops.before).flatMap((verb) => between.map((words) => `${verb} ${words} ${thing}`)),
      ...entriesOf(stops.after).map((verb) => `${thing} ${verb}`),
    ]);
  });
}

/** Whoever has no umlauts on the keyboard writes `hoeren`; elsewhere two dots only part two vowels. */
function withUmlautsSpelledOut(entry: string): string[] {
  const spelled = entry.replace(/[äöü]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter] ?? letter);
  return spelled === entry ? [entry] : [entry, spelled];
}
