import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const LINES_BEFORE_COMPACTION_MIN = 20_000;
const COMPACTION_CHUNK_LINES = 1_000;
const SYNC_DELAY_MS = 200;
const lineSchema = z.union([
  z.tuple([z.string(), z.string(), z.unknown()]),
  z.tuple([z.string(), z.string()]),
]);

/** A keyed collection of plain JSON rows in insertion order. Rows are never changed in place: put the new row. */
export class Table<Row> {
  private readonly journal: Journal;
  private readonly name: string;
  private readonly rows: Map<string, unknown>;

  constructor(journal: Journal, name: string, rows: Map<string, unknown>) {
    this.journal = journal;
    this.name = name;
    this.rows = rows;
  }

  get size(): number {
    return this.rows.size;
  }

  has(key: string): boolean {
    return this.rows.has(key);
  }

  get(key: string): Row | undefined {
    return this.rows.has(key) ? this.parseRow(this.rows.get(key)) : undefined;
  }

  put(key: string, row: Row): Row {
    this.rows.set(key, row);
    this.journal.append([this.name, key, row]);
    return row;
  }

  delete(key: string): void {
    if (this.rows.delete(key)) this.journal.append([this.name, key]);
  }

  *values(): IterableIterator<Row> {
    for (const row of this.rows.values()) yield this.parseRow(row);
  }

  /** Trusts the journal: only this class writes rows of this table. */
  private parseRow(row: unknown): Row {
    return row as Row;
  }
}

/**
 * The state of the simulator: tables in memory, every change appended to one NDJSON file before the call returns.
 * A killed process loses nothing that was answered; a torn last line is dropped on the next start.
 */
export class Journal {
  private readonly path: string | undefined;
  private readonly tables = new Map<string, Map<string, unknown>>();
  private file: number | null = null;
  private lines = 0;
  private syncTimer: NodeJS.Timeout | null = null;

  constructor(path?: string) {
    this.path = path;
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) this.load(readFileSync(path, 'utf8'), path);
    this.compact();
  }

  table<Row>(name: string): Table<Row> {
    return new Table<Row>(this, name, this.rowsOf(name));
  }

  append(line: readonly unknown[]): void {
    if (this.file === null) return;
    writeSync(this.file, `${JSON.stringify(line)}\n`);
    this.lines += 1;
    if (this.lines >= LINES_BEFORE_COMPACTION_MIN && this.lines > 4 * this.rowCount()) this.compact();
    else this.syncSoon();
  }

  /** Forgets everything, in memory and on disk. */
  clear(): void {
    for (const rows of this.tables.values()) rows.clear();
    this.compact();
  }

  close(): void {
    if (this.syncTimer !== null) clearTimeout(this.syncTimer);
    this.syncTimer = null;
    if (this.file === null) return;
    fsyncSync(this.file);
    closeSync(this.file);
    this.file = null;
  }

  private load(text: string, path: string): void {
    const lines = text.split('\n');
    // The text after the last newline is a line whose write was cut by a crash: it was never answered.
    lines.pop();
    lines.forEach((line, index) => {
      const parsed = parseLine(line);
      if (parsed === null) throw new Error(`The state file ${path} is damaged in line ${index + 1}.`);
      const [name, key] = parsed;
      if (parsed.length === 2) this.rowsOf(name).delete(key);
      else this.rowsOf(name).set(key, parsed[2]);
    });
  }

  /** Writes the live rows to a new file and puts it in place of the old one in one step. */
  private compact(): void {
    if (this.path === undefined) return;
    const temporaryPath = `${this.path}.new`;
    const file = openSync(temporaryPath, 'w');
    let chunk: string[] = [];
    let lines = 0;
    for (const [name, rows] of this.tables) {
      for (const [key, row] of rows) {
        chunk.push(`${JSON.stringify([name, key, row])}\n`);
        lines += 1;
        if (chunk.length < COMPACTION_CHUNK_LINES) continue;
        writeSync(file, chunk.join(''));
        chunk = [];
      }
    }
    if (chunk.length > 0) writeSync(file, chunk.join(''));
    fsyncSync(file);
    renameSync(temporaryPath, this.path);
    if (this.file !== null) closeSync(this.file);
    this.file = file;
    this.lines = lines;
  }

  private rowsOf(name: string): Map<string, unknown> {
    let rows = this.tables.get(name);
    if (rows === undefined) {
      rows = new Map();
      this.tables.set(name, rows);
    }
    return rows;
  }

  private rowCount(): number {
    let count = 0;
    for (const rows of this.tables.values()) count += rows.size;
    return count;
  }

  private syncSoon(): void {
    this.syncTimer ??= setTimeout(() => {
      this.syncTimer = null;
      if (this.file !== null) fdatasync(this.file, () => undefined);
    }, SYNC_DELAY_MS).unref();
  }
}

function parseLine(line: string): z.infer<typeof lineSchema> | null {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
