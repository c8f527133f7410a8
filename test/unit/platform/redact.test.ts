import { createLogger } from '../../../platform/logger';

const SECRETS = ['EAAGtoken-of-meta', 'app-secret-1', 'pa55/word'];

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  write(createLogger('test', 'trace', { secrets: SECRETS, destination }));
  return lines.join('');
}

describe('a log line', () => {
  it.each<[string, unknown]>([
    [
      'an error of Postgres',
      Object.assign(new Error('Key (value)=(447700900123) exists'), { detail: 'Nora Vale' }),
    ],
    ['the answer of a counterpart', { answer: { error: { message: 'to +44 7700 900123' } } }],
    ['an e-mail address', { problem: 'nora.vale@example.com exists' }],
    ['a name', { deep: [{ profile: { name: 'Nora Vale' } }] }],
    ['words', { body: 'How much is it, asks Nora Vale?' }],
    ['the address of a database', { at: 'postgres://continuo:pa55%2Fword@db/continuo' }],
    ['a known secret', { note: 'sent EAAGtoken-of-meta and app-secret-1' }],
    ['a header', { note: 'authorization: Bearer abcdef.ghi' }],
    ['a phone in a text', { note: 'for 447700900123.' }],
  ])('does not tell %s', (_, value) => {
    const line = logged((logger) => {
      logger.error({ value, err: value }, 'failed');
      logger.error(value);
      logger.child({ value }).warn({ value }, 'of a child');
    });
    for (const forbidden of [
      '7700',
      '900123',
      'nora',
      'vale',
      'pa55',
      'eaag',
      'app-secret',
      'abcdef',
      'how much',
    ])
      expect(line.toLowerCase()).not.toContain(forbidden);
  });

  it('keeps what operators need', () => {
    const line = logged((logger) => {
      logger.warn(
        {
          conversationId: '0b9d1fd6-91a4-4b0c-8c3a-222233334444',
          numberId: '100000000000001',
          portalId: '24680135',
          code: '131056',
          atMs: 1_795_000_000_000,
          error: { type: 'DatabaseError', code: '23505' },
        },
        'hand-over failed, the sweep tries again',
      );
    });
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      part: 'test',
      conversationId: '0b9d1fd6-91a4-4b0c-8c3a-222233334444',
      numberId: '100000000000001',
      portalId: '24680135',
      code: '131056',
      atMs: 1_795_000_000_000,
      error: { type: 'DatabaseError', code: '23505' },
      msg: 'hand-over failed, the sweep tries again',
    });
  });
});
