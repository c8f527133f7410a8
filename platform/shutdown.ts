import type { Logger } from './logger';

/**
 * Every part imports this file before anything else: whoever is told to end while it still loads and connects has taken
 * nothing yet, so it ends at once, and well, instead of being ended by the signal.
 */
let end: (signal: NodeJS.Signals) => void = () => process.exit(0);
process.on('SIGTERM', (signal) => {
  end(signal);
});
process.on('SIGINT', (signal) => {
  end(signal);
});

/**
 * Runs the given steps, in order, on the first SIGTERM or SIGINT, then exits 0; exits 1 when they take longer than `deadlineMs`.
 * A second signal ends the process at once.
 */
export function onShutdown(
  logger: Logger,
  deadlineMs: number,
  steps: readonly (() => Promise<void>)[],
): void {
  let isStopping = false;
  end = (signal) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), deadlineMs).unref();
    void runInOrder(logger, steps).then(() => {
      logger.info('stopped');
      process.exit(0);
    });
  };
}

async function runInOrder(logger: Logger, steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      logger.error({ name: error instanceof Error ? error.name : 'unknown' }, 'a part did not stop cleanly');
    }
  }
}
