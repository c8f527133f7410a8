import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { explain } from '../../../domain/conversation/conversation.view';
import { REASONS } from '../../../domain/conversation/reasons';
import { EVENT_KINDS } from '../../../domain/event/event.kinds';
import { UNDERSTANDING_CODES } from '../../../domain/understanding/understood';

const ROOT = join(__dirname, '../../..');
const FOLDERS = ['domain', 'store', 'activities', 'api', 'workflows'];
const CODE =
  /'((?:account|episode|stop|silence|hesitation|limit|wait|route|urgency|identity|deal|gate|turn|number|reply|follow_up|owner|send|whatsapp|media|template)\.[a-z_]+)'/g;

/** Composed of the type of a failure, so that no literal of it stands anywhere. */
const COMPOSED = ['turn.unexpected'];

/** Every reason code written anywhere in the product, the tables themselves and names of events left out. */
function codesInProduct(): string[] {
  const codes = FOLDERS.flatMap((folder) => {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('reasons.ts'));
    return sources.flatMap((file) =>
      [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(CODE)].map((match) => match[1] ?? ''),
    );
  });
  const events = new Set<string>(EVENT_KINDS);
  return [...new Set([...codes, ...COMPOSED])].filter(
    (code) => !events.has(code) || REASONS[code] !== undefined,
  );
}

describe('the sentence for a reason', () => {
  it('exists for every code that is given anywhere', () => {
    const codes = codesInProduct();
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
    const given = new Set<string>([...codesInProduct(), ...UNDERSTANDING_CODES]);
    expect(Object.keys(REASONS).filter((code) => !given.has(code))).toEqual([]);
  });

  it('shows an unknown code as it is', () => {
    expect(explain('new.code')).toBe('Reason: new.code.');
    expect(explain('reply.new')).toBe('Reason: reply.new.');
  });
});
