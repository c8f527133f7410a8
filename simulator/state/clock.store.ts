import type { Journal, Table } from './journal.store';

const KEY = 'offset_ms';

/** The time of the simulated world: that of the machine, and what a test has let pass on top of it. */
export class Clock {
  private readonly table: Table<number>;
  private readonly base: () => number;

  constructor(journal: Journal, base: () => number) {
    this.table = journal.table('clock');
    this.base = base;
  }

  readonly now = (): number => this.base() + (this.table.get(KEY) ?? 0);

  /** Lets time pass at once; it never goes back. */
  advance(ms: number): void {
    this.table.put(KEY, (this.table.get(KEY) ?? 0) + ms);
  }
}
