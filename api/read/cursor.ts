/** Where a page ended: the database's own text of the time keeps its microseconds. */
export type Position = { readonly at: string; readonly id: string };

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
