/** Where a page of conversations ended: the database's own text of the time keeps its microseconds. */
export type Position = { readonly activityAt: string; readonly id: string };

const ACTIVITY_AT = /^\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A position as it travels; callers must not read anything into it. */
export function writeCursor(position: Position): string {
  return Buffer.from(`${position.activityAt} ${position.id}`).toString('base64url');
}

/** The position that a cursor stands for. */
export function readCursor(cursor: string): Position | 'unreadable' {
  const [activityAt = '', id = '', ...more] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const isReadable =
    more.length === 0 &&
    ACTIVITY_AT.test(activityAt) &&
    UUID.test(id) &&
    !Number.isNaN(Date.parse(activityAt));
  return isReadable ? { activityAt, id } : 'unreadable';
}
