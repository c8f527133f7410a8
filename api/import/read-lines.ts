import { RECORD_LENGTH_MAX } from './record';

/** A line of a file, with the line break that ends it. */
export type Line = {
  readonly number: number;
  /** Empty where the line is too long to be a message. */
  readonly text: string;
  readonly isTooLong: boolean;
  readonly ending: string;
};

const LINE_BREAK = /\r\n|\n|\r(?=[^\n])/g;

/** The lines of a text, one at a time. */
export async function* readLines(text: AsyncIterable<string>): AsyncGenerator<Line> {
  let open = '';
  let number = 0;
  let isTooLong = false;
  for await (const part of text) {
    open += part;
    let start = 0;
    for (const found of open.matchAll(LINE_BREAK)) {
      number += 1;
      yield lineOf({ number, text: open.slice(start, found.index), isTooLong, ending: found[0] });
      isTooLong = false;
      start = found.index + found[0].length;
    }
    open = open.slice(start);
    if (open.length <= RECORD_LENGTH_MAX) continue;
    isTooLong = true;
    // Half of a line break may stand at the end.
    open = open.endsWith('\r') ? '\r' : '';
  }
  if (open !== '' || isTooLong)
    yield lineOf({ number: number + 1, text: open.replace(/\r$/, ''), isTooLong, ending: '' });
}

function lineOf(line: Line): Line {
  const isTooLong = line.isTooLong || line.text.length > RECORD_LENGTH_MAX;
  return isTooLong ? { ...line, text: '', isTooLong } : line;
}
