import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdMs, messagesPerSecondOf, modeOfNumber } from '../../../domain/policy/policy';
import { parsePolicy } from '../../../platform/policy';

const read = (name: string) => readFileSync(join(__dirname, '../../../policy', `${name}.yaml`), 'utf8');
const DEFAULT = read('default');

/** The problems of the default policy after one change of its text. */
function problemsAfter(from: string | RegExp, to: string): string[] {
  const changed = DEFAULT.replace(from, to);
  expect(changed).not.toBe(DEFAULT);
  const parsed = parsePolicy(changed, 'policy/x.yaml');
  return parsed.ok ? [] : parsed.problems;
}

describe('a policy file', () => {
  it.each(['default', 'demo'])('%s.yaml is accepted', (name) => {
    expect(parsePolicy(read(name), name)).toMatchObject({
      ok: true,
      policy: { name },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
  });

  it('of a new installation sends nothing by itself', () => {
    const parsed = parsePolicy(DEFAULT, 'default');
    expect(parsed.ok && parsed.policy.numbers).toEqual({ default_mode: 'observe', modes: {} });
  });

  it('sets the mode of one number, also of one with more digits than a number can hold', () => {
    const parsed = parsePolicy(DEFAULT.replace('modes: {}', 'modes: { 123456789012345678901: live }'), 'x');
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
    expect(modeOfNumber(parsed.policy, '123456789012345678901')).toBe('live');
    expect(modeOfNumber(parsed.policy, '1')).toBe('observe');
  });

  it('gives a number the usual limit of Meta unless another is named', () => {
    const parsed = parsePolicy(
      DEFAULT.replace('modes: {}', 'modes: {}\n  messages_per_second: { "100000000000001": 20 }'),
      'x',
    );
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
    expect(messagesPerSecondOf(parsed.policy, '100000000000001')).toBe(20);
    expect(messagesPerSecondOf(parsed.policy, '100000000000002')).toBe(80);
  });

  it('holds automated messages for people to stop them, and not at all where nothing is said', () => {
    const hold = (text: string): number => {
      const parsed = parsePolicy(text, 'x');
      if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
      return holdMs(parsed.policy);
    };
    expect(hold(DEFAULT)).toBe(10_000);
    expect(hold(read('demo'))).toBe(0);
    expect(hold(DEFAULT.replace(/^sending:$(\n .*)*/m, ''))).toBe(0);
    expect(problemsAfter('hold_seconds: 10', 'hold_seconds: 601')).toEqual([
      expect.stringContaining('sending.hold_seconds is above 600'),
    ]);
  });

  it('has the fingerprint of its text', () => {
    const [one, same, other] = [DEFAULT, DEFAULT, `${DEFAULT}\n# changed`].map((text) =>
      parsePolicy(text, 'x'),
    );
    const sha = (parsed: typeof one) => (parsed?.ok === true ? parsed.sha256 : null);
    expect(sha(one)).toBe(sha(same));
    expect(sha(one)).not.toBe(sha(other));
  });

  it.each([
    [
      /^name: default/m,
      'nmae: default',
      ['name is missing; add it (a text)', 'nmae is not a known key; remove it or correct its spelling'],
    ],
    [
      'default_mode: observe',
      'default_mode: on',
      ['numbers.default_mode must be observe (only look), draft (prepare texts for people) or live (write)'],
    ],
    [
      'quiet_gap_max_ms: 20000',
      'quiet_gap_max_ms: 20',
      ['turn.quiet_gap_max_ms is below quiet_gap_ms; make it at least as long'],
    ],
    [
      'growth: 2',
      'growth: 1',
      ['follow_up.growth is below 2: gaps must at least double from one attempt to the next; raise it'],
    ],
    ['cap: 1', 'cap: "1"', ['follow_up.cap must be a number; correct it']],
    [
      'wait_seconds: [72000]',
      'wait_seconds: []',
      ['follow_up.wait_seconds is empty, but cap allows follow-ups; add one entry per attempt or set cap: 0'],
    ],
    [
      'intents: [greeting]',
      'intents: [greetings]',
      [expect.stringContaining('routing.rules[2].when.intents[0] is not a known intent') as unknown],
    ],
    [
      '{first_name|there}, thank',
      '{name}, thank',
      [expect.stringContaining('has the unknown placeholder {name}') as unknown],
    ],
    [
      'fallback: { by: human }',
      'fallback: { by: automation }',
      [
        'routing.fallback.reply is missing, but automation cannot answer without a text; add reply or set by: human',
      ],
    ],
    [
      '- name: first-greeting',
      '- name: urgent-to-a-person',
      [expect.stringContaining('routing.rules[2].name "urgent-to-a-person" is used twice') as unknown],
    ],
    [
      '[14400000, 3600000, 900000, 300000]',
      '[1, 2, 3, 4]',
      [expect.stringContaining('must not grow from urgency 0 to 3') as unknown],
    ],
    [
      'modes: {}',
      'modes: { abc: live }',
      ['numbers.modes.abc must be a phone_number_id, digits only; correct the key'],
    ],
    [
      'modes: {}',
      'modes: {}\n  phone_agents: { "100000000000001": "Anna B" }',
      ['numbers.phone_agents.100000000000001 must be the id of an agent, such as anna'],
    ],
    [
      "hand_back_keywords: ['#bot']",
      "hand_back_keywords: [' ']",
      ['human.hand_back_keywords[0] is empty; name the word, such as "#bot"'],
    ],
    [
      'phone_hand_back_after_seconds: 43200',
      'phone_hand_back_after_seconds: 0',
      [expect.stringContaining('human.phone_hand_back_after_seconds is below 1') as unknown],
    ],
  ])('with %s changed to "%s" says where, what, and what to do', (from, to, problems) => {
    expect(problemsAfter(from, to)).toEqual(
      problems.map((problem) => (typeof problem === 'string' ? `policy/x.yaml: ${problem}` : problem)),
    );
  });

  it('that is no YAML, empty, or something else is refused in words', () => {
    const problems = ['a: [1', '', 'just words', 'name: a\nname: b'].map((text) => {
      const parsed = parsePolicy(text, 'p.yaml');
      return parsed.ok ? '' : parsed.problems[0];
    });
    expect(problems).toEqual([
      expect.stringContaining('p.yaml: is not valid YAML') as unknown,
      'p.yaml: is empty; start from policy/default.yaml',
      'p.yaml: the document must be a group of keys; correct it',
      expect.stringContaining('Map keys must be unique at line 2') as unknown,
    ]);
  });

  it('shows all problems at once', () => {
    const parsed = parsePolicy('name: x', 'p');
    expect(parsed.ok ? [] : parsed.problems).toHaveLength(8);
  });
});
