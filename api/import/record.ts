/** One record of an export as it stands there: its fields by name, or why it cannot be taken apart. */
export type ExportRecord =
  | { readonly line: number; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly problem: Problem };

/** What is wrong with a record, without quoting it, and what to do about it. */
export type Problem = { readonly field: string; readonly problem: string; readonly remedy: string };

/** A field as understood, or what is wrong with it. */
export type Read<Value> = { readonly value: Value } | { readonly problem: Problem };

/** A problem of the whole file; its message is for the person who started the import. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/** A longer record is no message: most likely a quotation mark or bracket was never closed. */
export const RECORD_LENGTH_MAX = 100_000;

/** A record that is too long to be read. */
export function tooLong(line: number): ExportRecord {
  return {
    line,
    problem: {
      field: '',
      problem: `is longer than ${RECORD_LENGTH_MAX} characters`,
      remedy: 'shorten it or leave out long columns; a quotation mark or bracket may never be closed',
    },
  };
}
