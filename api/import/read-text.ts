import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import { ExportError } from './record';

/** The text of a file in parts, never all of it; UTF-8, or UTF-16 where its first bytes say so. */
export async function* readText(
  path: string,
  noteBytes: (bytesRead: number) => void = () => undefined,
): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  let bytesRead = 0;
  for await (const chunk of bytesOf(path)) {
    decoder ??= decoderFor(chunk);
    bytesRead += chunk.length;
    noteBytes(bytesRead);
    yield decode(decoder, chunk, bytesRead);
  }
  if (decoder !== null) yield decode(decoder, null, bytesRead);
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (error) {
    throw new ExportError(`${path} cannot be read: ${codeOf(error)}.`);
  }
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : 'for an unknown reason';
}

const UTF_16_MARKS = new Map([
  [0xfeff, 'utf-16le'],
  [0xfffe, 'utf-16be'],
]);

/** It also takes away the mark at the beginning. */
function decoderFor(first: Buffer): TextDecoder {
  const marked = first.length >= 2 ? UTF_16_MARKS.get(first.readUInt16LE(0)) : undefined;
  return new TextDecoder(marked ?? 'utf-8', { fatal: true });
}

function decode(decoder: TextDecoder, chunk: Buffer | null, bytesRead: number): string {
  try {
    return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch {
    throw new ExportError(
      `The file is not in UTF-8 (before byte ${bytesRead}): save it as UTF-8, in Excel "CSV UTF-8", and run this again.`,
    );
  }
}
