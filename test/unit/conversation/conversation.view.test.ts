import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '../../../domain/conversation/conversation.view';
import { REASONS } from '../../../domain/conversation/reasons';
import { UNDERSTANDING_CODES } from '../../../domain/understanding/understood';

const DOMAIN = join(__dirname, '../../../domain');
const CODE =
  /'((?:episode|stop|silence|hesitation|limit|wait|route|urgency|identity|deal|gate|turn|number)\.[a-z_]+)'/g;

/** Every reason code written anywhere in domain/, the table itself left out. */
function codesInDomain(): string[] {
  const files = readdirSync(DOMAIN, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('reasons.ts'));
  const codes = sources.flatMap((file) =>
    [...readFileSync(join(DOMAIN, file), 'utf8').matchAll(CODE)].map((match) => match[1] ?? ''),
  );
  return [...new Set(codes)];
}

describe('the sentence for a reason', () => {
  it('exists for every code that the domain gives', () => {
    const codes = codesInDomain();
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter((code) => REASONS[code] === undefined)).toEqual([]);
  });

  it('exists for every way a message is understood, and for the reply to it', () => {
    for (const code of UNDERSTANDING_CODES) {
      expect(REASONS[code]).toBeDefined();
      expect(explain(`reply.${code}`)).toMatch(/^Automation answers\. [A-Z]/);
    }
  });

  it('is kept for no code that nobody gives', () => {
    const given = new Set<string>([...codesInDomain(), ...UNDERSTANDING_CODES]);
    expect(Object.keys(REASONS).filter((code) => !given.has(code))).toEqual([]);
  });

  it('shows an unknown code as it is', () => {
    expect(explain('new.code')).toBe('Reason: new.code.');
    expect(explain('reply.new')).toBe('Reason: reply.new.');
  });
});
