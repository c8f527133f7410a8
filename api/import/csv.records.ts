import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { CsvError, Parser } from 'csv-parse';
import { ExportError, RECORD_LENGTH_MAX } from './record';
import type { ExportRecord } from './record';

const SEPARATORS = [',', ';', '\t'] as const;

/** The records of a CSV file with a header; the separator is told from the header. `checkHeader` may throw. */
export async function* readCsv(
  text: AsyncIterable<string>,
  checkHeader: (names: readonly string[]) => void,
): AsyncGenerator<ExportRecord> {
  const { header, all } = await withFirstLine(text);
  const broken: CsvError[] = [];
  const parser = parserFor(separatorOf(header), broken);
  const source = Readable.from(all);
  source.on('error', (error) => parser.destroy(error));
  let names: string[] | null = null;
  for await (const { record, line } of recordsOf(source.pipe(parser))) {
    for (const error of broken.splice(0)) yield unreadable(error);
    if (names === null) {
      names = record.map((name) => name.trim().toLowerCase());
      checkHeader(names);
    } else yield asRecord(names, record, line);
  }
  for (const error of broken.splice(0)) yield unreadable(error);
  if (names === null) throw new ExportError('The file is empty.');
}

function parserFor(separator: string, broken: CsvError[]): Parser {
  return parse({
    delimiter: separator,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: RECORD_LENGTH_MAX,
    on_skip: (error) => {
      if (error !== undefined) broken.push(error);
      return undefined;
    },
  });
}

async function* recordsOf(parser: Parser): AsyncGenerator<{ record: string[]; line: number }> {
  let linesBefore = 0;
  for await (const parsed of parser) {
    const { record, info } = parsed as { record: string[]; info: { lines: number } };
    yield { record, line: linesBefore + 1 };
    linesBefore = info.lines;
  }
}

function asRecord(names: readonly string[], record: readonly string[], line: number): ExportRecord {
  if (record.length !== names.length)
    return {
      line,
      problem: {
        field: '',
        problem: `has ${record.length} columns where the header has ${names.length}`,
        remedy: 'put text that holds the separator or a line break into quotation marks',
      },
    };
  return { line, fields: Object.fromEntries(names.map((name, place) => [name, record[place]])) };
}

function unreadable(error: CsvError): ExportRecord {
  const lines: unknown = error['lines'];
  return {
    line: typeof lines === 'number' ? lines : 0,
    problem: {
      field: '',
      problem: `cannot be taken apart (${error.code})`,
      remedy: 'check the quotation marks: one inside a quoted text is written twice',
    },
  };
}

/** Reads on until the first line is complete. */
async function withFirstLine(
  text: AsyncIterable<string>,
): Promise<{ header: string; all: AsyncGenerator<string> }> {
  const parts = text[Symbol.asyncIterator]();
  let read = '';
  while (!/[\r\n]/.test(read) && read.length < RECORD_LENGTH_MAX) {
    const next = await parts.next();
    if (next.done === true) break;
    read += next.value;
  }
  return { header: read.split(/[\r\n]/, 1)[0] ?? '', all: rest(read, parts) };
}

async function* rest(read: string, parts: AsyncIterator<string>): AsyncGenerator<string> {
  yield read;
  for (;;) {
    const next = await parts.next();
    if (next.done === true) return;
    yield next.value;
  }
}

function separatorOf(header: string): string {
  const counts = SEPARATORS.map((separator) => ({ separator, count: header.split(separator).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).separator;
}
