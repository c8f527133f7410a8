import { asObject, parseJson } from '../../domain/json';
import { readLines } from './read-lines';
import { ExportError, RECORD_LENGTH_MAX, tooLong } from './record';
import type { ExportRecord } from './record';

/** The records of a file that holds one JSON array of objects; one element at a time stands in memory. */
export async function* readJsonArray(text: AsyncIterable<string>): AsyncGenerator<ExportRecord> {
  const scan: Scan = {
    state: 'before',
    depth: 0,
    isEscaped: false,
    line: 1,
    startLine: 1,
    element: '',
    isTooLong: false,
  };
  for await (const part of text) {
    for (const sign of part) {
      const element = step(scan, sign);
      if (element !== null)
        yield scan.isTooLong ? tooLong(scan.startLine) : recordOf(element, scan.startLine);
      if (sign === '\n') scan.line += 1;
    }
  }
  if (scan.state !== 'after')
    throw new ExportError(`The file ends within its JSON array: it seems to be cut off.`);
}

/** The records of a file with one JSON object in each line. */
export async function* readJsonLines(text: AsyncIterable<string>): AsyncGenerator<ExportRecord> {
  for await (const { number, text: json, isTooLong } of readLines(text))
    if (isTooLong) yield tooLong(number);
    else if (json.trim() !== '') yield recordOf(json, number);
}

type Scan = {
  state: 'before' | 'between' | 'element' | 'string' | 'after';
  depth: number;
  isEscaped: boolean;
  line: number;
  startLine: number;
  element: string;
  isTooLong: boolean;
};

/** Takes one character; gives an element of the array when it is complete. */
function step(scan: Scan, sign: string): string | null {
  switch (scan.state) {
    case 'before':
    case 'after':
      outside(scan, sign);
      return null;
    case 'between':
      if (sign === ']') scan.state = 'after';
      if (/[\s,\]]/.test(sign)) return null;
      Object.assign(scan, {
        state: 'element',
        depth: 0,
        startLine: scan.line,
        element: '',
        isTooLong: false,
      });
      return inside(scan, sign);
    case 'element':
      return inside(scan, sign);
    case 'string':
      inString(scan, sign);
      return null;
  }
}

function outside(scan: Scan, sign: string): void {
  if (/\s/.test(sign)) return;
  if (scan.state === 'before' && sign === '[') scan.state = 'between';
  else
    throw new ExportError(
      scan.state === 'before'
        ? 'The file is no JSON array: write [ { … }, { … } ], or one object in each line with --format jsonl.'
        : `Line ${scan.line}: something stands after the end of the JSON array.`,
    );
}

function inside(scan: Scan, sign: string): string | null {
  if (scan.depth === 0 && (sign === ',' || sign === ']')) {
    scan.state = sign === ',' ? 'between' : 'after';
    return scan.element;
  }
  keep(scan, sign);
  if (sign === '"') scan.state = 'string';
  else if (sign === '{' || sign === '[') scan.depth += 1;
  else if (sign === '}' || sign === ']') scan.depth -= 1;
  return null;
}

function inString(scan: Scan, sign: string): void {
  keep(scan, sign);
  if (scan.isEscaped) scan.isEscaped = false;
  else if (sign === '\\') scan.isEscaped = true;
  else if (sign === '"') scan.state = 'element';
}

function keep(scan: Scan, sign: string): void {
  if (scan.isTooLong) return;
  scan.element += sign;
  if (scan.element.length <= RECORD_LENGTH_MAX) return;
  Object.assign(scan, { element: '', isTooLong: true });
}

function recordOf(json: string, line: number): ExportRecord {
  const fields = asObject(parseJson(json));
  if (fields !== null) return { line, fields };
  return {
    line,
    problem: { field: '', problem: 'is no JSON object', remedy: 'write { "phone": …, "direction": …, … }' },
  };
}
