import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Journal, Table } from '../state/journal.store';

/** Only a delivery of a webhook can go wrong in these ways. */
const OF_WEBHOOKS = ['cut-body', 'cut-answer', 'slow-body'] as const;

const faultFields = z.strictObject({
  service: z.enum(['whatsapp', 'hubspot', 'webhook']),
  match: z
    .strictObject({
      method: z.string().optional(),
      /** Part of the path with its query string. */
      path: z.string().optional(),
      /** Part of the request body. */
      body: z.string().optional(),
      /** Only messages that the business sends: no read marks, nothing else. */
      sends: z.literal(true).optional(),
      /** Only messages to this phone (digits) or user id. */
      recipient: z.string().optional(),
      /** Only messages from this business number. */
      phone_number_id: z.string().optional(),
    })
    .optional(),
  /**
   * `cut-body`: the connection ends in the middle of the webhook; `cut-answer`: as soon as the webhook is written;
   * `slow-body`: the webhook comes in pieces, with pauses of `delay_ms`.
   */
  kind: z.enum([
    'error',
    'delay',
    'hang',
    'cut-before',
    'cut-after-commit',
    'empty-502',
    'unreadable',
    ...OF_WEBHOOKS,
  ]),
  status: z.int().min(100).max(599).optional(),
  /** The code of WhatsApp's error; its HTTP status, title and headers follow unless they are given too. */
  code: z.int().nonnegative().optional(),
  /** WhatsApp answers with the error, takes the message and reports it as failed, or does both. */
  timing: z.enum(['sync', 'async', 'both']).optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  delay_ms: z.int().nonnegative().optional(),
  /** How many requests it hits; without it, all until the faults are cleared. */
  times: z.int().positive().optional(),
  /** Let the first n matching requests pass. */
  skip: z.int().nonnegative().optional(),
  /** Hit only this share of the matching requests, chosen by the seed: the same ones in every run. */
  share: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  /** Do the work first, then answer with the fault (`error`, `empty-502`, `delay`, `hang`). */
  after_commit: z.boolean().optional(),
});

export const faultSchema = faultFields.refine(
  ({ service, kind }) => service === 'webhook' || !OF_WEBHOOKS.some((one) => one === kind),
  `Only webhooks can have ${OF_WEBHOOKS.join(', ')}.`,
);

export type FaultInput = z.infer<typeof faultSchema>;
export type Fault = FaultInput & { readonly id: string; readonly seen: number; readonly hits: number };
export type FaultTarget = {
  readonly service: FaultInput['service'];
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** The message that the request sends, if it is one of WhatsApp's. */
  readonly send?: { readonly phoneNumberId: string; readonly address: string | null } | null;
};

/** Planned misbehaviour, in the order in which it was asked for. */
export class FaultStore {
  private readonly table: Table<Fault>;
  /** What each fault holds back at the moment. */
  private readonly held = new Map<string, Set<() => void>>();

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
    for (const fault of this.list()) this.remove(fault.id);
  }

  /** Ends a fault; what it holds back goes on at once. Tells whether there was one. */
  remove(id: string): boolean {
    const isThere = this.table.get(id) !== undefined;
    if (isThere) this.table.delete(id);
    for (const goOn of this.held.get(id) ?? []) goOn();
    return isThere;
  }

  /** Does the work when the fault's delay is over, or when the fault ends. */
  hold(fault: Fault, work: () => void): void {
    const held = this.held.get(fault.id) ?? new Set();
    this.held.set(fault.id, held);
    const goOn = (): void => {
      clearTimeout(timer);
      held.delete(goOn);
      if (held.size === 0) this.held.delete(fault.id);
      work();
    };
    // The delay must not keep a stopped process alive.
    const timer = setTimeout(goOn, fault.delay_ms ?? 0).unref();
    held.add(goOn);
  }

  /** The fault that hits this request, if any; counts it. */
  take(target: FaultTarget): Fault | null {
    for (const fault of this.table.values()) {
      if (!isMatch(fault, target) || isUsedUp(fault)) continue;
      const isSkipped = fault.seen < (fault.skip ?? 0) || !isInShare(fault);
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
    isSendMatch(fault, target) &&
    (method === undefined || method.toUpperCase() === target.method.toUpperCase()) &&
    (path === undefined || target.path.includes(path)) &&
    (body === undefined || target.body.includes(body))
  );
}

function isSendMatch(fault: Fault, { send = null }: FaultTarget): boolean {
  const { sends, recipient, phone_number_id } = fault.match ?? {};
  if (sends === undefined && recipient === undefined && phone_number_id === undefined) return true;
  return (
    send !== null &&
    (recipient === undefined || send.address === recipient) &&
    (phone_number_id === undefined || send.phoneNumberId === phone_number_id)
  );
}

/** Whether the request that comes now is in the share: the same answer for the same seed and position. */
function isInShare({ share, seed = 0, seen }: Fault): boolean {
  if (share === undefined) return true;
  const digest = createHash('sha256').update(`${seed}|${seen}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < share;
}
