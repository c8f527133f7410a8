const EXAMPLE = 'postgres://user:password@127.0.0.1:5432/continuo';
/** Less than Docker waits before it kills. */
const endMsMax = 8_000;

// Before anything is loaded: whoever is told to end brings the migrations to their end first, as long as that takes no longer.
// Else, or at the second signal, Postgres rolls all of them back, and code 1 says that the schema is not that of this version.
let isEnding = false;
for (const signal of ['SIGTERM', 'SIGINT'])
  process.on(signal, () => {
    if (isEnding) process.exit(1);
    isEnding = true;
    setTimeout(() => process.exit(1), endMsMax).unref();
  });

const { PlainError, say, sayError } = await import('./lib/console.mjs');
try {
  const { migrate } = await import('./lib/migrations.mjs');
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new PlainError(`DATABASE_URL is not set. Example: DATABASE_URL=${EXAMPLE}`);
  const applied = await migrate({ databaseUrl, log: say });
  say(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
