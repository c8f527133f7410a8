import { PlainError, say, sayError } from './lib/console.mjs';
import { migrate } from './lib/migrations.mjs';

const EXAMPLE = 'postgres://user:password@127.0.0.1:5432/continuo';

try {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) throw new PlainError(`DATABASE_URL is not set. Example: DATABASE_URL=${EXAMPLE}`);
  const applied = await migrate({ databaseUrl, log: say });
  say(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
