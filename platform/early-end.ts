/*
 * Every part imports this before anything else. Whoever is told to end while it still loads and connects has taken nothing
 * yet: it ends at once, and well, instead of being ended by the signal.
 */

type End = (signal: NodeJS.Signals) => void;

let end: End = () => process.exit(0);

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    end(signal);
  });

/** From now on SIGTERM and SIGINT do this. */
export function onEnd(next: End): void {
  end = next;
}
