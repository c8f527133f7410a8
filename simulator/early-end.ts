// Imported before anything else: whoever is told to end while it still loads ends at once, and well.

/** An end takes no longer; what it has not written down by then was never answered. */
const STOP_MS_MAX = 8_000;

let stop: (() => Promise<void>) | null = null;
let isStopping = false;

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    if (stop === null) process.exit(0);
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });

/** From now on SIGTERM and SIGINT do this; the process exits with 0 when it is done. */
export function onEnd(next: () => Promise<void>): void {
  stop = next;
}
