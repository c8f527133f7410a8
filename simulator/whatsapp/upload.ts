import { createHash, randomInt } from 'node:crypto';
import { WhatsAppError } from './whatsapp.errors';
import type { Upload } from './whatsapp.state';

const MB = 1024 * 1024;
const SIZE_MAX: Readonly<Record<string, number>> = {
  image: 5 * MB,
  audio: 16 * MB,
  video: 16 * MB,
  application: 100 * MB,
  text: 100 * MB,
};

type File = { readonly mime_type: string; readonly bytes: Buffer };

/** The row of a file sent to `POST /{number}/media`, as a form or as bare bytes; throws what Meta refuses. */
export function readUpload(
  request: { readonly contentType: string; readonly body: Buffer },
  about: { readonly phoneNumberId: string; readonly nowMs: number },
): Upload {
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(request.contentType)?.[1];
  const file =
    boundary === undefined
      ? { mime_type: request.contentType, bytes: request.body }
      : fileOfForm(request.body, boundary);
  const mime_type = file.mime_type.split(';')[0]?.trim().toLowerCase() ?? '';
  checkFile({ ...file, mime_type });
  return {
    id: `${about.nowMs}${randomInt(100, 1000)}`,
    phone_number_id: about.phoneNumberId,
    mime_type,
    sha256: createHash('sha256').update(file.bytes).digest('hex'),
    file_size: file.bytes.length,
    at_ms: about.nowMs,
  };
}

function checkFile({ mime_type, bytes }: File): void {
  if (bytes.length === 0) throw new WhatsAppError(100, 'The parameter file is required.');
  const sizeMax = SIZE_MAX[mime_type.split('/')[0] ?? ''];
  if (sizeMax === undefined)
    throw new WhatsAppError(100, `Param file must be a file of a supported type - got "${mime_type}".`);
  if (bytes.length > sizeMax)
    throw new WhatsAppError(100, `The file is larger than ${sizeMax} bytes, the most for ${mime_type}.`);
}

/** The parts of a form: `messaging_product`, perhaps `type`, and the file. */
function fileOfForm(body: Buffer, boundary: string): File {
  const parts = partsOf(body, boundary);
  const field = (name: string) => parts.find((part) => part.name === name)?.bytes.toString('utf8');
  if (field('messaging_product') !== 'whatsapp')
    throw new WhatsAppError(100, 'The parameter messaging_product is required.');
  const file = parts.find(({ name }) => name === 'file');
  if (file === undefined) throw new WhatsAppError(100, 'The parameter file is required.');
  return { mime_type: field('type') ?? file.mime_type, bytes: file.bytes };
}

type Part = File & { readonly name: string };

function partsOf(body: Buffer, boundary: string): Part[] {
  const separator = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let from = body.indexOf(separator);
  while (from !== -1) {
    const to = body.indexOf(separator, from + separator.length);
    if (to === -1) break;
    // Each part stands between two separators, with a line break after the first and before the second.
    const part = partOf(body.subarray(from + separator.length + 2, to - 2));
    if (part !== null) parts.push(part);
    from = to;
  }
  return parts;
}

function partOf(bytes: Buffer): Part | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = bytes.subarray(0, end).toString('utf8');
  const name = /name="([^"]*)"/i.exec(head)?.[1];
  if (name === undefined) return null;
  const mime_type = /^content-type:\s*(.+)$/im.exec(head)?.[1]?.trim() ?? 'text/plain';
  return { name, mime_type, bytes: bytes.subarray(end + 4) };
}
