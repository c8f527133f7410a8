import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '../routes';
import { createDocument } from './document';

/** `npm run openapi`: writes the document where it is committed, so that a change of the API shows as one. */
const FILE = join('docs', 'openapi.json');

writeFileSync(FILE, `${JSON.stringify(createDocument(ROUTES), null, 2)}\n`);
process.stdout.write(`${FILE} is written.\n`);
