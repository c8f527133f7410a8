/** Where a page ended: the database's own text of the time keeps its microseconds. */
export type Position = { readonly at: string; readonly id: string };

/** What is shown of rows that were read one beyond the limit, which tells whether there is a next page. */
export function cutPage<Row extends { readonly id: number }>(
  rows: readonly Row[],
  limit: number,
): { readonly rows: readonly Row[]; readonly next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { rows: shown, next_cursor: last === undefined ? null : String(last.id) };
}

const AT = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A position as it travels; callers must not read anything into it. */
export function writeCursor(position: Position): string {
  return Buffer.from(`${position.at} ${position.id}`).toString('base64url');
}

/** The position that a cursor stands for. */
export function readCursor(cursor: string): Position | 'unreadable' {
  const [at = '', id = '', ...more] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const isReadable = more.length === 0 && AT.test(at) && UUID.test(id) && !Number.isNaN(Date.parse(at));
  return isReadable ? { at, id } : 'unreadable';
}
