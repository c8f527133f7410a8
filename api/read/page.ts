import { writeCursor } from '../contract';
import type { Position } from '../contract';

/** A column of a time as cursors keep it: the database's own text, with its microseconds. */
export function cursorTime(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** A page of rows of which one more than asked for was read, which tells whether another page follows. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  shown: {
    readonly item: (row: Row) => Item;
    readonly position: (row: Row) => Position;
  },
): { items: Item[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(shown.item),
    next_cursor: last === undefined ? null : writeCursor(shown.position(last)),
  };
}
