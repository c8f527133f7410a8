import { onEnd } from './early-end';
import type { Logger } from './logger';

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
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), deadlineMs).unref();
    void runInOrder(logger, steps).then(() => {
      logger.info('stopped');
      process.exit(0);
    });
  };
  onEnd(stop);
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
