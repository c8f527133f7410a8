import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { durationMs } from '../../simulator/story/duration';
import { findingsOf } from '../../simulator/story/story.expect';
import type { Facts } from '../../simulator/story/story.expect';
import { StoryError, parseStory, readStory } from '../../simulator/story/story.read';

const FOLDER = join(__dirname, '../../simulator/stories');
const HEAD = ['story: A test', 'buyers:', '  Ana: { phone: "+44 7700 900 799" }', 'chat:'];

const story = (...lines: readonly string[]) => parseStory([...HEAD, ...lines].join('\n'), 'my.yaml');
const mistakeIn = (...lines: readonly string[]): string => {
  try {
    story(...lines);
  } catch (error) {
    if (error instanceof StoryError) return error.message;
    throw error;
  }
  return 'no mistake';
};

describe('a story', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s can be read and expects something', (name) => {
    const { steps, title } = readStory(join(FOLDER, name));
    expect(title).not.toBe('');
    expect(steps.filter(({ action }) => action.kind === 'expect').length).toBeGreaterThan(0);
  });

  it('has buyers of its own: all stories can be played in one house', () => {
    const sheets = files.flatMap((name) => Object.values(readStory(join(FOLDER, name)).buyers));
    const identifiers = sheets.flatMap(({ phone, user_id }) =>
      [phone, user_id].filter((one) => one !== undefined),
    );
    expect(new Set(identifiers).size).toBe(identifiers.length);
  });

  it('reads like a chat: who, when, and what', () => {
    const { steps, speed } = story(
      '  - Ana: Hello!',
      '  - after 1h 30min, Ana: Still there?',
      '  - 2 days ago, Ana sends: { image: { caption: kitchen }, reply_to: Hello }',
      '  - phone to Ana: I take this one',
      '  - after 5s, expect about Ana: { owner: phone, says: kitchen, within: 10s }',
    );
    expect(speed).toBeGreaterThan(0);
    expect(steps).toMatchObject([
      {
        line: 5,
        afterMs: 0,
        action: { kind: 'buyer', who: 'Ana', act: { do: 'say', says: { text: 'Hello!' } } },
      },
      { line: 6, afterMs: 5_400_000 },
      {
        line: 7,
        agoMs: 172_800_000,
        action: { act: { says: { image: { caption: 'kitchen' } }, replyTo: 'Hello' } },
      },
      { line: 8, action: { kind: 'phone', to: 'Ana' } },
      {
        line: 9,
        afterMs: 5_000,
        action: { expectation: { owner: 'phone', says: ['kitchen'], within: 10_000 } },
      },
    ]);
  });

  it.each([
    ['an unknown speaker', ['  - Bob: Hello'], /^my\.yaml:5 Nobody here is called "Bob"\. .*buyer \(Ana\)/],
    ['an unknown verb', ['  - Ana: Hi', '  - Ana sings: la'], /^my\.yaml:6 Ana cannot do "sings"\. .*reacts/],
    [
      'an unknown number',
      ['  - Ana to shop: Hi'],
      /^my\.yaml:5 There is no number "shop"\. The story has: sales/,
    ],
    ['a bad duration', ['  - after soon, Ana: Hi'], /^my\.yaml:5 "soon" is no duration\. Write 2s/],
    ['words that are no text', ['  - Ana: 12'], /^my\.yaml:5 Write a text here; put it in quotes/],
    ['two things at once', ['  - Ana sends: { text: a, image: {} }'], /^my\.yaml:5 Say exactly one thing/],
    ['an expectation nobody knows', ['  - expect: { answer: 1 }'], /^my\.yaml:5 .*answer/],
    ['an empty expectation', ['  - expect: { on: sales }'], /^my\.yaml:5 Expect at least one thing/],
    ['two speakers in one line', ['  - Ana: Hi', '    phone: Hi'], /^my\.yaml:5 A line has one speaker/],
    ['a mistake inside what comes together', ['  - together:', '      - Bob: Hi'], /^my\.yaml:6 Nobody here/],
    [
      'an agent who cannot',
      ['  - agent sings: Ana'],
      /^my\.yaml:5 An agent cannot do "sings"\. .*takes over/,
    ],
    ['a chat without lines', ['  []'], /^my\.yaml:5 chat/],
    ['no YAML', ['  - "Ana: Hi'], /^my\.yaml:5 /],
  ])('says where %s stands and what to do', (_what, lines, message) => {
    expect(mistakeIn(...lines)).toMatch(message);
  });

  it('names every mistake at once', () => {
    expect(mistakeIn('  - Bob: Hi', '  - Ana sings: la', '  - Ana: fine').split('\n')).toHaveLength(2);
  });
});

describe('a duration', () => {
  it.each([
    ['2s', 2_000],
    ['1h 30min', 5_400_000],
    ['3 days', 259_200_000],
    ['1 week and 1 day', 691_200_000],
    ['0.5 h', 1_800_000],
    ['soon', null],
    ['2 parsecs', null],
    ['5', null],
  ])('%s is %p ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });
});

describe('an expectation', () => {
  const facts: Facts = {
    view: {
      phone: [
        { id: '1', direction: 'out', type: 'text', text: 'It is 490 USD' },
        { id: '2', direction: 'in', type: 'text', text: 'Thanks' },
      ],
      conversations: [],
      buyer: null,
    },
    identifiers: new Set(['447700900799']),
    numberId: '1',
    contacts: [{ id: '5', properties: { phone: '+44 7700 900799' } }],
    logs: [],
    notUnderstood: 2,
    reportedFields: [],
  };

  it.each([
    [{ phone_shows: ['490'] }, true],
    [{ phone_shows: ['/^It is \\d+/'] }, true],
    [{ phone_shows: ['490', 'more'] }, false],
    [{ phone_shows: [] }, false],
    [{ hubspot_contacts: 1 }, true],
    [{ not_understood: 0 }, false],
    [{ answers: 0 }, true],
    [{ owner: 'automation' }, false],
    [{ opted_out: false }, true],
  ])('%j is %p of these facts', (expectation, isTrue) => {
    expect(findingsOf(expectation, facts).map((finding) => finding.isTrue)).toEqual([isTrue]);
  });

  it('says what was found instead', () => {
    const [finding] = findingsOf({ not_understood: 0 }, facts);
    expect(finding?.statement).toBe('0 items of webhooks not understood (found: 2)');
  });
});
