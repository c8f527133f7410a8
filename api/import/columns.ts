import { ExportError } from './record';

/** The fields of a line. `docs/import.md` explains them. */
export const COLUMNS = [
  'message_id',
  'phone_number_id',
  'phone',
  'user_id',
  'direction',
  'time',
  'text',
  'type',
  'author',
  'name',
] as const;

/** Throws one error that names everything that is missing in a header, and what was found instead. */
export function checkHeader(names: readonly string[], given: { readonly hasNumber: boolean }): void {
  const missing = ['direction', 'time', 'text'].filter((name) => !names.includes(name));
  if (!names.includes('phone') && !names.includes('user_id')) missing.push('phone (or user_id)');
  if (!given.hasNumber && !names.includes('phone_number_id'))
    missing.push('phone_number_id (or --number on the command line)');
  const twice = COLUMNS.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (missing.length > 0)
    throw new ExportError(
      `The header lacks: ${missing.join(', ')}. Found: ${names.join(', ')}. Columns are described in docs/import.md.`,
    );
  if (twice.length > 0) throw new ExportError(`The header names twice: ${twice.join(', ')}.`);
}
