import { restore } from './lib/backup.mjs';
import { PlainError, say, sayError } from './lib/console.mjs';

/** `npm run restore -- FOLDER`: fills an empty database, and the folder for files, from a backup. */
try {
  const [folder] = process.argv.slice(2);
  const { DATABASE_URL: databaseUrl, MEDIA_FOLDER: mediaFolder } = process.env;
  if (!folder || !databaseUrl)
    throw new PlainError('Usage: DATABASE_URL=… [MEDIA_FOLDER=…] npm run restore -- FOLDER');
  const tables = await restore({ databaseUrl, folder, mediaFolder });
  say(`${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables are restored.`);
  say('Now start API and worker, and wake the conversations: npm run rebuild');
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
