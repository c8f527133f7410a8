import { ApiProblem } from '../errors';
import { readCursor, writeCursor } from '../read/cursor';
import type { Position } from '../read/cursor';

/** The position from which the caller wants to go on; null = from the newest. */
export function pageAfter(cursor: string | undefined): Position | null {
  const after = cursor === undefined ? null : readCursor(cursor);
  if (after === 'unreadable')
    throw new ApiProblem('invalid_request', {
      errors: [{ field: 'cursor', message: 'must be the next_cursor of an earlier answer' }],
    });
  return after;
}

/** A page as it is answered. */
export function pageOf<Item>(page: { readonly items: readonly Item[]; readonly next: Position | null }): {
  items: readonly Item[];
  next_cursor: string | null;
} {
  return { items: page.items, next_cursor: page.next === null ? null : writeCursor(page.next) };
}
