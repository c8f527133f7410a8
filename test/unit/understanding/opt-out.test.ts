import fc from 'fast-check';
import { LANGUAGES } from '../../../domain/understanding/lexicon';
import { understandMessage } from '../../../domain/understanding/message.understand';
import { NARROWED_WISHES, SALES_TABLE, WIDER_WISHES } from './opt-out.sales';
import { OPT_OUT_TABLE } from './opt-out.sentences';
import { sentences } from './sentences';
import { WAYS } from './ways-of-writing';

const understand = (text: string) =>
  understandMessage({ type: 'text', text, payloadId: null, emoji: null, ourLastMessage: null });
const isOptOut = (text: string) => understand(text).meaning === 'opt_out';
const isDoubtful = (text: string) => understand(text).evidence.includes('opt_out.ambiguous');

/** May be meant or not: the buyer is asked once, and no message is stopped in silence. */
const DOUBTFUL = sentences(`
  unsubscribe from the newsletter email how? | how do I unsubscribe from your emails | CANCEL | Ende | Newsletter abbestellen
  darme de baja del boletín | me désabonner de la newsletter | disiscrivermi dalla newsletter | descadastrar da newsletter
  uitschrijven voor de nieuwsbrief | bülten aboneliğinden çıkmak istiyorum | إلغاء الاشتراك في النشرة | newsletter unsubscribe karo
  berhenti langganan newsletter | jangan kirim banyak pesan | Kein Spam bitte, nur das Angebot
`);

const LISTED = Object.entries(OPT_OUT_TABLE).flatMap(([language, { stop, goOn }]) => [
  ...stop.map((text) => ({ language, text, stops: true })),
  ...[...goOn, ...(SALES_TABLE[language] ?? [])].map((text) => ({ language, text, stops: false })),
]);

test('the table covers every language of the lists, with enough of both', () => {
  expect(Object.keys(OPT_OUT_TABLE).sort()).toEqual(Object.keys(LANGUAGES).sort());
  expect(Object.keys(SALES_TABLE).sort()).toEqual(Object.keys(LANGUAGES).sort());
  for (const { stop, goOn } of Object.values(OPT_OUT_TABLE)) {
    expect(new Set(stop).size).toBeGreaterThanOrEqual(25);
    expect(new Set(goOn).size).toBeGreaterThanOrEqual(15);
  }
});

describe.each(Object.entries(OPT_OUT_TABLE))('in %s', (_language, { stop, goOn }) => {
  test.each(stop)('"%s" is an opt-out, without a doubt', (text) => {
    expect([isOptOut(text), isDoubtful(text)]).toEqual([true, false]);
  });

  test.each(goOn)('"%s" is none', (text) => {
    expect(isOptOut(text)).toBe(false);
  });
});

describe.each(Object.entries(SALES_TABLE))('of a sale in %s', (_language, ordinary) => {
  test.each(ordinary)('"%s" is none', (text) => {
    expect(isOptOut(text)).toBe(false);
  });
});

test.each([...DOUBTFUL, ...WIDER_WISHES, ...NARROWED_WISHES])('"%s" is asked about', (text) => {
  expect([isOptOut(text), isDoubtful(text)]).toEqual([true, true]);
});

describe('how it is written changes nothing:', () => {
  test.each(WAYS)('%s', (_name, write) => {
    const changed = LISTED.filter(({ text, stops }) => isOptOut(write(text)) !== stops);
    expect(changed).toEqual([]);
  });

  test('in any of these ways together', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...LISTED),
        fc.array(fc.constantFrom(...WAYS), { maxLength: 4 }),
        ({ text, stops }, ways) => isOptOut(ways.reduce((said, [, write]) => write(said), text)) === stops,
      ),
      { numRuns: 1_000 },
    );
  });
});
