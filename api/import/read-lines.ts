import { ExportError, RECORD_LENGTH_MAX } from './record';

/** A line of a file, with the line break that ends it. */
export type Line = { readonly number: number; readonly text: string; readonly ending: string };

const LINE_BREAK = /\r\n|\n|\r(?=[^\n])/g;

/** The lines of a text, one at a time. */
export async function* readLines(text: AsyncIterable<string>): AsyncGenerator<Line> {
  let open = '';
  let number = 0;
  for await (const part of text) {
    open += part;
    let start = 0;
    for (const found of open.matchAll(LINE_BREAK)) {
      number += 1;
      yield { number, text: open.slice(start, found.index), ending: found[0] };
      start = found.index + found[0].length;
    }
    open = open.slice(start);
    if (open.length > RECORD_LENGTH_MAX) throw tooLong(number + 1);
  }
  if (open !== '') yield { number: number + 1, text: open.replace(/\r$/, ''), ending: '' };
}

/** No line that holds a message is so long. */
export function tooLong(line: number): ExportError {
  return new ExportError(
    `Line ${line}: longer than ${RECORD_LENGTH_MAX} characters. A quotation mark or bracket may never be closed.`,
  );
}
