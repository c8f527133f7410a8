import { CsvError, parse } from 'csv-parse/sync';
import { readLines } from './read-lines';
import type { Line } from './read-lines';
import { ExportError, RECORD_LENGTH_MAX, tooLong } from './record';
import type { ExportRecord } from './record';

const SEPARATORS = [',', ';', '\t'] as const;

/** The records of a CSV file with a header; the separator is told from the header. `checkHeader` may throw. */
export async function* readCsv(
  text: AsyncIterable<string>,
  checkHeader: (names: readonly string[]) => void,
): AsyncGenerator<ExportRecord> {
  const lines = createLineQueue(readLines(text));
  const header = await nextWritten(lines);
  if (header === null) throw new ExportError('The file is empty.');
  const separator = separatorOf(header.text);
  const names = cellsOf(header.text, separator)?.map((name) => name.trim().toLowerCase());
  if (names === undefined)
    throw new ExportError('The header cannot be taken apart: check its quotation marks.');
  checkHeader(names);
  for (;;) {
    const record = await nextRecord(lines);
    if (record === null) return;
    const [first, ...others] = record;
    const cells = others.some(({ isTooLong }) => isTooLong) ? null : cellsOf(wordsOf(record), separator);
    if (first.isTooLong) yield tooLong(first.number);
    else if (cells === null) {
      // Only the line with the mistake is lost: what was read on in search of its end is read again.
      lines.putBack(others);
      yield unreadable(first);
    } else yield asRecord(names, cells, first.number);
  }
}

type LineQueue = { next(): Promise<Line | null>; putBack(lines: readonly Line[]): void };

function createLineQueue(lines: AsyncGenerator<Line>): LineQueue {
  const waiting: Line[] = [];
  return {
    next: async () => {
      const back = waiting.shift();
      if (back !== undefined) return back;
      const read = await lines.next();
      return read.done === true ? null : read.value;
    },
    putBack: (some) => {
      waiting.unshift(...some);
    },
  };
}

/** The next line in which something stands. */
async function nextWritten(lines: LineQueue): Promise<Line | null> {
  let line = await lines.next();
  while (line !== null && line.text.trim() === '' && !line.isTooLong) line = await lines.next();
  return line;
}

/** The lines of one record: a text with line breaks ends where the quotation marks come in pairs. */
async function nextRecord(lines: LineQueue): Promise<[Line, ...Line[]] | null> {
  const first = await nextWritten(lines);
  if (first === null) return null;
  const record: [Line, ...Line[]] = [first];
  let isOpen = hasOddQuotes(first.text);
  for (let length = first.text.length; isOpen && length <= RECORD_LENGTH_MAX;) {
    const line = await lines.next();
    if (line === null) return record;
    record.push(line);
    if (line.isTooLong) return record;
    length += line.text.length;
    isOpen = isOpen !== hasOddQuotes(line.text);
  }
  return record;
}

function hasOddQuotes(text: string): boolean {
  return text.split('"').length % 2 === 0;
}

function wordsOf(lines: readonly Line[]): string {
  return lines.map((line, place) => line.text + (place < lines.length - 1 ? line.ending : '')).join('');
}

/** The cells of a record; null when its quotation marks are wrong. */
function cellsOf(text: string, separator: string): string[] | null {
  try {
    const [cells, ...others] = parse(text, {
      delimiter: separator,
      max_record_size: RECORD_LENGTH_MAX,
      relax_column_count: true,
    });
    return others.length === 0 ? (cells ?? null) : null;
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}

function asRecord(names: readonly string[], cells: readonly string[], line: number): ExportRecord {
  if (cells.length !== names.length)
    return {
      line,
      problem: {
        field: '',
        problem: `has ${cells.length} columns where the header has ${names.length}`,
        remedy: 'put text that holds the separator or a line break into quotation marks',
      },
    };
  return { line, fields: Object.fromEntries(names.map((name, place) => [name, cells[place]])) };
}

function unreadable({ number: line }: Line): ExportRecord {
  return {
    line,
    problem: {
      field: '',
      problem: 'cannot be taken apart',
      remedy: 'check the quotation marks: one inside a quoted text is written twice',
    },
  };
}

function separatorOf(header: string): string {
  const counts = SEPARATORS.map((separator) => ({ separator, count: header.split(separator).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator;
}
