import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Journal, Table } from '../state/journal.store';

export const faultSchema = z.strictObject({
  service: z.enum(['whatsapp', 'hubspot', 'webhook']),
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Part of the path with its query string. */
      path: z.string().optional(),
      /** Part of the request body. */
      body: z.string().optional(),
    })
    .optional(),
  kind: z.enum(['error', 'delay', 'cut-before', 'cut-after-commit', 'empty-502']),
  status: z.int().min(100).max(599).optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  delay_ms: z.int().nonnegative().optional(),
  /** How many requests it hits; without it, all until the faults are cleared. */
  times: z.int().positive().optional(),
  /** Let the first n matching requests pass. */
  skip: z.int().nonnegative().optional(),
  /** Do the work first, then answer with the fault (`error`, `empty-502`, `delay`). */
  after_commit: z.boolean().optional(),
});

export type FaultInput = z.infer<typeof faultSchema>;
export type Fault = FaultInput & { readonly id: string; readonly seen: number; readonly hits: number };
export type FaultTarget = {
  readonly service: FaultInput['service'];
  readonly method: string;
  readonly path: string;
  readonly body: string;
};

/** Planned misbehaviour, in the order in which it was asked for. */
export class FaultStore {
  private readonly table: Table<Fault>;

  constructor(journal: Journal) {
    this.table = journal.table('faults');
  }

  add(input: FaultInput): Fault {
    const id = randomUUID();
    return this.table.put(id, { ...input, id, seen: 0, hits: 0 });
  }

  list(): Fault[] {
    return [...this.table.values()];
  }

  clear(): void {
    for (const fault of this.list()) this.table.delete(fault.id);
  }

  /** The fault that hits this request, if any; counts it. */
  take(target: FaultTarget): Fault | null {
    for (const fault of this.table.values()) {
      if (!isMatch(fault, target) || isUsedUp(fault)) continue;
      const isSkipped = fault.seen < (fault.skip ?? 0);
      const seen = fault.seen + 1;
      this.table.put(fault.id, { ...fault, seen, hits: fault.hits + (isSkipped ? 0 : 1) });
      if (!isSkipped) return fault;
    }
    return null;
  }
}

function isUsedUp(fault: Fault): boolean {
  return fault.times !== undefined && fault.hits >= fault.times;
}

function isMatch(fault: Fault, target: FaultTarget): boolean {
  const { method, path, body } = fault.match ?? {};
  return (
    fault.service === target.service &&
    (method === undefined || method.toUpperCase() === target.method.toUpperCase()) &&
    (path === undefined || target.path.includes(path)) &&
    (body === undefined || target.body.includes(body))
  );
}
