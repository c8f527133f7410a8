import type { TransactionalDatabase } from '../../platform/database';
import { runCommand } from '../../store/commands/run-command';
import type { CommandOrder } from '../../store/commands/command.types';

/** A command that came as a signal from the Temporal UI or CLI. */
export type SignalOrder = {
  readonly conversationId: string;
  readonly key: string;
  readonly kind: 'take_over' | 'hand_back' | 'pause' | 'resume' | 'skip_follow_up';
  readonly untilMs: number | null;
};

/** A signal has nobody who waits for an answer, so it need not name what was under way. */
const NO_WAIT = { timeoutMs: 0, pollMs: 25 };

/** Who stands in the audit log for a signal: Temporal does not tell who sent it. */
const OPERATOR = 'temporal-operator';

/** Runs the same command as the API; it takes effect when it commits. A command that is refused is recorded as such. */
export async function applySignal(database: TransactionalDatabase, order: SignalOrder): Promise<void> {
  const request = {
    ...orderOf(order),
    conversationId: order.conversationId,
    actor: OPERATOR,
    isVerified: false,
    idempotencyKey: order.key,
  };
  await runCommand(database, request, NO_WAIT);
}

function orderOf(order: SignalOrder): CommandOrder {
  switch (order.kind) {
    case 'take_over':
      return { kind: 'take_over', arguments: { force: true } };
    case 'pause':
      return order.untilMs === null
        ? { kind: 'pause', arguments: { forever: true } }
        : { kind: 'pause', arguments: { until: new Date(order.untilMs).toISOString() } };
    case 'hand_back':
    case 'resume':
    case 'skip_follow_up':
      return { kind: order.kind, arguments: {} };
  }
}
