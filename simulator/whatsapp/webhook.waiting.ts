import { randomUUID } from 'node:crypto';
import type { Settings, SettingsStore } from '../settings/settings.store';
import type { Journal, Table } from '../state/journal.store';
import { diceOf, shuffled } from './dice';
import { batched } from './webhook.batch';

type Waiting = {
  readonly id: string;
  readonly payload: unknown;
  readonly due_at_ms: number;
  /** Has a time of its own; everything else leaves with the first that is due. */
  readonly is_late: boolean;
};

type Parts = {
  readonly journal: Journal;
  readonly settings: SettingsStore;
  readonly now: () => number;
  /** Takes a body that is ready. */
  readonly deliver: (payload: unknown, copies: number) => void;
};

/**
 * Where events wait before they become bodies: for company in one body, for a late status, or until the hold is taken
 * back. What waited when the process died goes out after the next start.
 */
export class WaitingRoom {
  private readonly parts: Parts;
  private readonly rows: Table<Waiting>;
  private timer: NodeJS.Timeout | null = null;
  private count = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.rows = parts.journal.table('webhook_waiting');
  }

  get size(): number {
    return this.rows.size;
  }

  /** Takes an event. Without a wish for anything special it leaves at once, on its own. */
  take(payload: unknown, copies: number): void {
    const { delivery } = this;
    this.count += 1;
    const isStatus = hasStatuses(payload);
    if (isPlain(delivery, isStatus)) {
      this.parts.deliver(payload, copies + delivery.duplicates);
      return;
    }
    const dice = diceOf(delivery.seed * 1_000_003 + this.count);
    const times = copies + (isStatus ? delivery.status_repeats : 0);
    for (let time = 0; time < times; time += 1) {
      const lateMs = isStatus ? Math.floor(dice() * delivery.status_delay_max_ms) : 0;
      const due_at_ms = this.parts.now() + delivery.batch_wait_ms + lateMs;
      const id = randomUUID();
      this.rows.put(id, { id, payload, due_at_ms, is_late: lateMs > 0 });
    }
    this.look();
  }

  /** Lets go what is due, and comes back for the rest. */
  look(): void {
    this.forget();
    if (this.delivery.hold) return;
    const now = this.parts.now();
    const rows = [...this.rows.values()];
    const isDue = (row: Waiting): boolean => row.due_at_ms <= now;
    if (rows.some(isDue)) this.leave(rows.filter((row) => isDue(row) || !row.is_late));
    const next = Math.min(...[...this.rows.values()].map((row) => row.due_at_ms));
    if (!Number.isFinite(next)) return;
    this.timer = setTimeout(
      () => {
        this.look();
      },
      Math.max(1, next - this.parts.now()),
    );
  }

  forget(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private get delivery(): Settings['webhook_delivery'] {
    return this.parts.settings.current.webhook_delivery;
  }

  private leave(rows: readonly Waiting[]): void {
    const { batch_max, repeats_in_body, duplicates, seed, shuffle } = this.delivery;
    const dice = diceOf(seed * 1_000_003 + this.count);
    const repeated = rows.flatMap(({ payload }) =>
      Array.from({ length: repeats_in_body + 1 }, () => payload),
    );
    const events = shuffle ? shuffled(repeated, dice) : repeated;
    const bodySize = batch_max * (repeats_in_body + 1);
    for (let from = 0; from < events.length; from += bodySize)
      this.parts.deliver(batched(events.slice(from, from + bodySize), dice), 1 + duplicates);
    // Only now: whoever dies in between delivers twice, and that is allowed; losing is not.
    for (const { id } of rows) this.rows.delete(id);
  }
}

/** Nothing is asked for that would need a wait. */
function isPlain(delivery: Settings['webhook_delivery'], isStatus: boolean): boolean {
  if (delivery.hold || delivery.batch_max > 1 || delivery.repeats_in_body > 0) return false;
  return !isStatus || (delivery.status_delay_max_ms === 0 && delivery.status_repeats === 0);
}

function hasStatuses(payload: unknown): boolean {
  return JSON.stringify(payload).includes('"statuses":[');
}
