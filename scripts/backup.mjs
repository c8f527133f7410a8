import { backUp } from './lib/backup.mjs';
import { PlainError, say, sayError } from './lib/console.mjs';

/** `npm run backup -- FOLDER`: writes all rows and files of buyers into a new folder, while everything runs. */
try {
  const [folder] = process.argv.slice(2);
  const { DATABASE_URL: databaseUrl, MEDIA_FOLDER: mediaFolder } = process.env;
  if (!folder || !databaseUrl)
    throw new PlainError('Usage: DATABASE_URL=… [MEDIA_FOLDER=…] npm run backup -- FOLDER');
  const tables = await backUp({ databaseUrl, folder, mediaFolder });
  say(`${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables are in ${folder}.`);
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
