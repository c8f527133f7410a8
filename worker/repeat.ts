import { describeError } from '../platform/logger';
import type { Logger } from '../platform/logger';

/** Does some work again and again; a failure is logged and the next time tries again. Returns the stop, which waits for the work under way. */
export function repeat(
  work: () => Promise<void>,
  how: { readonly everyMs: number; readonly logger: Logger; readonly complaint: string },
): () => Promise<void> {
  let isStopped = false;
  let wake: () => void = () => undefined;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      try {
        await work();
      } catch (error) {
        how.logger.warn(describeError(error), how.complaint);
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, how.everyMs).unref();
      });
    }
  };
  const running = run();
  return async () => {
    isStopped = true;
    wake();
    await running;
  };
}
