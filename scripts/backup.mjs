import { backUp } from './lib/backup.mjs';
import { mediaFolderOf, sumOf } from './lib/backup-files.mjs';
import { PlainError, say, sayError } from './lib/console.mjs';

/** `npm run backup -- FOLDER`: writes all rows and files of buyers into a new folder, while everything runs. */
try {
  const [folder] = process.argv.slice(2);
  const { DATABASE_URL: databaseUrl } = process.env;
  const mediaFolder = mediaFolderOf(process.env);
  if (!folder || !databaseUrl)
    throw new PlainError('Usage: DATABASE_URL=… [MEDIA_FOLDER=…] npm run backup -- FOLDER');
  const { tables, files, filesMissing } = await backUp({ databaseUrl, folder, mediaFolder });
  say(`${sumOf(tables, 'rows')} rows of ${tables.length} tables are in ${folder},`);
  say(`and ${files.length} files of buyers (${sumOf(files, 'bytes')} bytes) from ${mediaFolder}.`);
  if (filesMissing > 0)
    say(
      `NOT in it: ${filesMissing} files that rows name. They are not in that folder: is MEDIA_FOLDER right?`,
    );
} catch (error) {
  sayError(error);
  process.exitCode = 1;
}
