import type { View } from './story.doors';

const NAME_WIDTH = 12;
const STARTS_AT_MS = 9 * 3_600_000;
const DAY_MS = 86_400_000;

/** Tells a story as a chat: the time in the story, who speaks, what is said, and below it what was decided and why. */
export class Transcript {
  private readonly print: (line: string) => void;
  private readonly told = new Set<string>();
  private elapsedMs = 0;
  /** When something was last told. */
  changedAtMs = 0;

  constructor(print: (line: string) => void) {
    this.print = print;
  }

  title(text: string): void {
    this.print(`\n${text}`);
  }

  passes(ms: number): void {
    this.elapsedMs += ms;
  }

  line(who: string, what: string): void {
    this.changedAtMs = Date.now();
    this.print(`${this.clock()}  ${who.padEnd(NAME_WIDTH)} ${what}`);
  }

  check(statement: string, isTrue: boolean): void {
    this.print(`${' '.repeat(this.clock().length)}  ${isTrue ? '✓' : '✗'} ${statement}`);
  }

  /** Tells of a view what was not told before. */
  seen(name: string, { phone, conversations }: View): void {
    for (const { id, kind, verdict, reason_code: code, explanation } of conversations.flatMap(
      ({ decisions }) => decisions,
    ))
      this.once(`decision ${id}`, name, `  ${kind} → ${verdict} (${code}): ${explanation}`);
    for (const { id, direction, text, type } of phone)
      if (direction === 'out') this.once(id, name, `← ${text ?? `[${type}]`}`);
  }

  /** A message whose line stands there already. */
  wasTold(id: string): void {
    this.told.add(id);
  }

  private once(key: string, who: string, what: string): void {
    if (this.told.has(key)) return;
    this.told.add(key);
    this.line(who, what);
  }

  private clock(): string {
    const atMs = STARTS_AT_MS + this.elapsedMs;
    const days = Math.floor(atMs / DAY_MS);
    const time = new Date(atMs % DAY_MS).toISOString().slice(11, 19);
    return days === 0 ? time : `${time} +${days}d`;
  }
}
