import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';

type How = {
  readonly everyMs: number;
  readonly logger: Pick<Logger, 'warn'>;
  readonly complaint: string;
};

/** Work that is done again and again. */
type Repeated = {
  /** Has it done once more without the pause, also when it is being done at this moment. */
  readonly wake: () => void;
  /** Ends after the work under way. */
  readonly stop: () => Promise<void>;
};

/** Does some work again and again; a failure is logged and the next time tries again. Returns the stop, which waits for the work under way. */
export function repeat(work: () => Promise<unknown>, how: How): () => Promise<void> {
  return repeatOrWake(work, how).stop;
}

/** The same for work of which it is sometimes known that there is more. */
export function repeatOrWake(work: () => Promise<unknown>, how: How): Repeated {
  let isStopped = false;
  let isWoken = false;
  let endPause: () => void = () => undefined;
  const wake = (): void => {
    isWoken = true;
    endPause();
  };
  const pause = async (): Promise<void> => {
    if (isWoken) return;
    await new Promise<void>((resolve) => {
      endPause = resolve;
      setTimeout(resolve, how.everyMs).unref();
    });
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      isWoken = false;
      try {
        await work();
      } catch (error) {
        how.logger.warn(describeError(error), how.complaint);
      }
      await pause();
    }
  };
  const running = run();
  return {
    wake,
    stop: async () => {
      isStopped = true;
      wake();
      await running;
    },
  };
}
