const startedAt = Date.now();

// A closed terminal or pipe must not stop the orderly shutdown half-way.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

/** Prints one line. */
export function say(line = '') {
  process.stdout.write(`${line}\n`);
}

/** Prints one line of progress with the seconds since the start. */
export function progress(line) {
  say(`[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${line}`);
}

/** Prints rows of two columns, the first one aligned. */
export function table(rows) {
  const width = Math.max(...rows.map(([label]) => label.length));
  for (const [label, value] of rows) say(`  ${label.padEnd(width)}  ${value}`);
}

/** An error meant for the person at the screen: printed without a stack. */
export class PlainError extends Error {}

/** Prints an error the way a person can use it; a stack only where the error is a surprise. */
export function sayError(error) {
  const text = error instanceof PlainError ? error.message : (error?.stack ?? String(error));
  process.stderr.write(`\n${text}\n`);
}
