import { z } from 'zod';

const SECOND_MS = 1_000;

const milliseconds = z.coerce.number().int().positive();
const killedAfter = z.coerce
  .number()
  .int()
  .positive()
  .optional()
  .describe(
    'what runs the process kills it so long after SIGTERM: stop_grace_period, terminationGracePeriodSeconds; checked where it is set',
  );

export const apiShutdownShape = {
  API_ANSWER_GRACE_MS: milliseconds
    .default(5_000)
    .describe('requests that have come get this long to be answered when the process ends'),
  API_SHUTDOWN_MS: milliseconds
    .default(15_000)
    .describe('all of an end: answers, the work behind them, hand-overs; more than that is a failure'),
  API_STOP_GRACE_SECONDS: killedAfter,
};

export const workerShutdownShape = {
  WORKER_SHUTDOWN_GRACE_MS: milliseconds
    .default(20_000)
    .describe('running steps get this long to end before they are cancelled; a call to WhatsApp fits in'),
  WORKER_SHUTDOWN_MS: milliseconds
    .default(30_000)
    .describe('all of an end, the grace included; more than that is a failure'),
  WORKER_STOP_GRACE_SECONDS: killedAfter,
};

/** One time that must be longer than another, both as settings. */
type Longer = { readonly longer: string; readonly than: string; readonly why: string };

const WHOLE = 'it is all of an end, the grace included';
const KILLED = 'else the process is killed while it ends';

const LONGER: readonly Longer[] = [
  { longer: 'API_SHUTDOWN_MS', than: 'API_ANSWER_GRACE_MS', why: WHOLE },
  { longer: 'API_STOP_GRACE_SECONDS', than: 'API_SHUTDOWN_MS', why: KILLED },
  {
    longer: 'WORKER_SHUTDOWN_GRACE_MS',
    than: 'WHATSAPP_TIMEOUT_MS',
    why: 'a call that is cut off leaves a message of which nobody knows whether it left',
  },
  {
    longer: 'WHATSAPP_TIMEOUT_MS',
    than: 'WHATSAPP_CONNECT_TIMEOUT_MS',
    why: 'else a message that never left counts as unconfirmed',
  },
  { longer: 'WORKER_SHUTDOWN_MS', than: 'WORKER_SHUTDOWN_GRACE_MS', why: WHOLE },
  { longer: 'WORKER_STOP_GRACE_SECONDS', than: 'WORKER_SHUTDOWN_MS', why: KILLED },
];

/** What is wrong with how long things may take that hang together, by setting; a value that is no number is not judged here. */
export function findTimeProblems(
  values: Readonly<Record<string, unknown>>,
): { readonly name: string; readonly message: string }[] {
  return LONGER.flatMap(({ longer, than, why }) => {
    const [one, other] = [inMs(longer, values), inMs(than, values)];
    if (one === null || other === null || one > other) return [];
    return [{ name: longer, message: `must be longer than ${than} (${other}): ${why}` }];
  });
}

function inMs(name: string, values: Readonly<Record<string, unknown>>): number | null {
  const value = values[name];
  if (typeof value !== 'number') return null;
  return name.endsWith('_SECONDS') ? value * SECOND_MS : value;
}
