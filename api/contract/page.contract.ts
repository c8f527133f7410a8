import { z } from 'zod';

const PAGE_LIMIT_MAX = 200;
const PAGE_LIMIT_DEFAULT = 50;
const CURSOR_LENGTH_MAX = 500;

/** The parts of a position, in the order in which the list is sorted. */
export type Position = readonly (string | number)[];

const AT = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ROW = /^[1-9]\d{0,14}$/;
/** Of an entry among those of one moment. */
const PLACE = /^\d{1,15}$/;
const UUID_OR_ROW = new RegExp(`${UUID.source}|${ROW.source}`);
const KIND = /^[a-z_]{1,30}$/;

/** A query is text: decimal digits only, and not everything that a program could read as a number. */
const limit = z
  .preprocess(
    (given) => (typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given),
    z.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  )
  .describe('entries of a page');

/** Which part of a list is wanted, by time and id. */
export const pageByTime = {
  limit,
  cursor: cursor(([at = '', id = '', ...more]) =>
    more.length === 0 && isTime(at) && UUID.test(id) ? { at, id } : null,
  ),
};

/** Which part of a list of numbered rows is wanted. */
export const pageByRow = {
  limit,
  cursor: cursor(([id = '', ...more]) => (more.length === 0 && ROW.test(id) ? Number(id) : null)),
};

/** Which part of the messages of a conversation is wanted; those of one second are in the order in which they came. */
export const pageOfMessages = {
  limit,
  cursor: cursor(([at = '', capturedAt = '', position = '', id = '', ...more]) =>
    more.length === 0 && isTime(at) && isTime(capturedAt) && PLACE.test(position) && UUID.test(id)
      ? { at, capturedAt, position, id }
      : null,
  ),
};

/** Which part of a timeline is wanted. */
export const pageOfTimeline = {
  limit,
  cursor: cursor(([at = '', kind = '', position = '', id = '', ...more]) =>
    more.length === 0 && isTime(at) && KIND.test(kind) && PLACE.test(position) && UUID_OR_ROW.test(id)
      ? { at, kind, position, id }
      : null,
  ),
};

/** The cursor of the page that follows; callers must not read anything into it. */
export const nextCursor = z.string().nullable().describe('null = there is nothing more');

/** A position as it travels. */
export function writeCursor(position: Position): string {
  return Buffer.from(position.join(' ')).toString('base64url');
}

function cursor<Read>(read: (parts: readonly string[]) => Read | null) {
  return z
    .string()
    .max(CURSOR_LENGTH_MAX)
    .transform((given, context) => {
      const position = read(Buffer.from(given, 'base64url').toString('utf8').split(' '));
      if (position !== null) return position;
      context.addIssue({ code: 'custom', message: 'must be the next_cursor of an earlier answer' });
      return z.NEVER;
    })
    .optional()
    .describe('the next_cursor of the page before');
}

function isTime(at: string): boolean {
  return AT.test(at) && !Number.isNaN(Date.parse(at));
}
