import { deferredUntil } from '../../../domain/understanding/deferral';
import { LANGUAGES, entriesOf } from '../../../domain/understanding/lexicon';
import { normaliseText } from '../../../domain/understanding/normalise';
import { understandTurn } from '../../../domain/understanding/turn.understand';
import { urgencyOf } from '../../../domain/understanding/urgency';

const turnOf = (texts: readonly string[], expectsAnswer = false) =>
  understandTurn(
    texts.map((text) => ({
      type: 'text',
      text,
      payloadId: null,
      emoji: null,
      ourLastMessage: { expectsAnswer },
    })),
  );

describe('a turn of several messages', () => {
  it.each([
    [['thanks', 'STOP'], 'opt_out', 'opt_out.keyword'],
    [['How much is it?', 'it arrived broken'], 'needs_reply', 'complaint'],
    [['Hi', 'how much is the blue one?'], 'needs_reply', 'question.mark'],
    [['let me think about it', 'how much is it?'], 'needs_reply', 'question.mark'],
    [['ok', 'I will get back to you'], 'deferral', 'deferral'],
    [['ok', 'thanks'], 'closing', 'closing.words'],
    [['ok'], 'acknowledgement', 'ack.completion'],
  ])('%j means %s', (texts, meaning, code) => {
    expect(turnOf(texts)).toMatchObject({ meaning, code });
  });

  it('keeps the code of each message', () => {
    expect(turnOf(['Hello', 'price?', 'thanks']).messages.map((message) => message.code)).toEqual([
      'greeting',
      'question.mark',
      'closing.words',
    ]);
  });

  it('is answered when it holds nothing at all', () => {
    expect(turnOf([])).toMatchObject({ meaning: 'needs_reply', code: 'undecided' });
  });
});

describe('urgency', () => {
  const calm = { inboundSinceOurLast: 1, repeatedQuestion: false, windowClosesAtMs: null, nowMs: 0 };

  it('adds a point for each cause and stops at three', () => {
    const turn = turnOf(['It is urgent, where is my order?']);
    expect(urgencyOf({ ...calm, turn: turnOf(['hello']) })).toEqual({ urgency: 0, parts: [] });
    expect(urgencyOf({ ...calm, turn }).urgency).toBe(2);
    const all = urgencyOf({ ...calm, turn, inboundSinceOurLast: 2, windowClosesAtMs: 3_600_000 });
    expect(all.urgency).toBe(3);
    expect(all.parts).toHaveLength(4);
  });

  it('does not hurry for a window that has closed', () => {
    const turn = turnOf(['hello']);
    expect(urgencyOf({ ...calm, turn, nowMs: 10, windowClosesAtMs: 10 }).urgency).toBe(0);
  });
});

describe('a deferral', () => {
  it('lasts a day, or a week when next week was named', () => {
    const day = 86_400_000;
    expect(deferredUntil(turnOf(['I will get back to you']).evidence, 1000)).toBe(1000 + day);
    expect(deferredUntil(turnOf(['I will get back to you next week']).evidence, 0)).toBe(7 * day);
    expect(deferredUntil(turnOf(['thanks']).evidence, 0)).toBeNull();
  });
});

describe('the word lists', () => {
  it.each(Object.keys(LANGUAGES))('of %s hold no empty or repeated entry', (language) => {
    for (const [name, list] of Object.entries(LANGUAGES[language] ?? {})) {
      const entries = entriesOf(list);
      expect([name, entries.filter((entry, at) => entries.indexOf(entry) !== at)]).toEqual([name, []]);
    }
  });

  it('have a thanks, goodbye, opt-out, deferral, request, price, complaint and urgency list in eleven languages', () => {
    expect(Object.keys(LANGUAGES).sort()).toEqual([
      'ar',
      'de',
      'en',
      'es',
      'fr',
      'hi',
      'id',
      'it',
      'nl',
      'pt',
      'tr',
    ]);
    for (const lists of Object.values(LANGUAGES))
      for (const name of [
        'thanks',
        'bye',
        'ack',
        'optOutPhrase',
        'optInKeyword',
        'optInPhrase',
        'deferral',
        'request',
        'price',
        'complaint',
        'urgent',
      ] as const)
        expect(entriesOf(lists[name]).length).toBeGreaterThan(3);
  });
});

describe('normalising', () => {
  it.each([
    ['İSTANBUL', 'istanbul'],
    ['Größe', 'grosse'],
    ['ｏｋ', 'ok'],
    ['شكراً', 'شكرا'],
    ['٣ قطع', '3 قطع'],
    ['१२', '12'],
    ["d'accord", 'd accord'],
    ['👍🏽', '👍'],
    ['see https://example.com/a?b=c now', 'see now'],
  ])('turns "%s" into "%s"', (text, tokens) => {
    expect(normaliseText(text).readings[0]?.join(' ')).toBe(tokens);
  });

  it('reads drawn-out letters in two ways', () => {
    expect(normaliseText('siiii').readings).toEqual([['sii'], ['si']]);
  });
});
