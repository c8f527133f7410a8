import { LANGUAGES } from '../../../domain/understanding/lexicon';
import { understandMessage } from '../../../domain/understanding/message.understand';
import { OPT_IN_TABLE } from './opt-in.sentences';
import { OPT_OUT_TABLE } from './opt-out.sentences';
import { WAYS } from './ways-of-writing';

const optsIn = (text: string) => {
  const { meaning, evidence } = understandMessage({
    type: 'text',
    text,
    payloadId: null,
    emoji: null,
    ourLastMessage: null,
  });
  return meaning !== 'opt_out' && evidence.includes('opt_in');
};

test('the table covers every language of the lists', () => {
  expect(Object.keys(OPT_IN_TABLE).sort()).toEqual(Object.keys(LANGUAGES).sort());
});

describe.each(Object.entries(OPT_IN_TABLE))('in %s', (language, { resume, not }) => {
  test.each(resume)('"%s" is an opt-in', (text) => {
    expect(optsIn(text)).toBe(true);
  });

  test.each(not)('"%s" is none', (text) => {
    expect(optsIn(text)).toBe(false);
  });

  test('no opt-out is one, nor what only sounds like an opt-out', () => {
    const { stop, goOn } = OPT_OUT_TABLE[language] ?? { stop: [], goOn: [] };
    expect([...stop, ...goOn].filter(optsIn)).toEqual([]);
  });

  test.each(WAYS)('how it is written changes nothing: %s', (_name, write) => {
    expect(resume.filter((text) => !optsIn(write(text)))).toEqual([]);
    expect(not.filter((text) => optsIn(write(text)))).toEqual([]);
  });
});
