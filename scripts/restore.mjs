import { restore } from './lib/backup.mjs';
import { mediaFolderOf, sumOf } from './lib/backup-files.mjs';
import { PlainError, say, sayError } from './lib/console.mjs';

/** `npm run restore -- FOLDER`: fills an empty database, and the folder for files, from a backup. */
try {
  const [folder] = process.argv.slice(2);
  const { DATABASE_URL: databaseUrl } = process.env;
  const mediaFolder = mediaFolderOf(process.env);
  if (!folder || !databaseUrl)
    throw new PlainError('Usage: DATABASE_URL=… [MEDIA_FOLDER=…] npm run restore -- FOLDER');
  const { tables, files } = await restore({ databaseUrl, folder, mediaFolder });
  say(`${sumOf(tables, 'rows')} rows of ${tables.length} tables are restored,`);
  say(`and ${files.length} files of buyers (${sumOf(files, 'bytes')} bytes) to ${mediaFolder}.`);
  say('Now start API and worker, and wake the conversations: npm run rebuild');
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
