import { types } from 'node:util';
import { describeError } from '../../platform/logger';

/** What one check found: `unknown` = it could not be made because of another finding. */
export type Finding = {
  readonly name: string;
  readonly state: 'good' | 'wrong' | 'unknown';
  /** What is so, without people and secrets. */
  readonly says: string;
  /** What the person at the screen does about it. */
  readonly mend?: string;
};

export const good = (name: string, says: string): Finding => ({ name, state: 'good', says });
export const wrong = (name: string, says: string, mend: string): Finding => ({
  name,
  state: 'wrong',
  says,
  mend,
});
export const unknown = (name: string, says: string): Finding => ({ name, state: 'unknown', says });

const WORDS = { good: 'good   ', wrong: 'WRONG  ', unknown: 'unknown' } as const;
const NAME_WIDTH = 22;

/** One line for the screen. */
export function lineOf({ name, state, says, mend }: Finding): string {
  return `${WORDS[state]} ${name.padEnd(NAME_WIDTH)} ${says}${mend === undefined ? '' : ` → ${mend}`}`;
}

/** A failure in one word: type and code, no message. */
export function codeOf(error: unknown): string {
  const { type, code } = describeError(error);
  if (code !== null) return code;
  const cause = types.isNativeError(error) ? describeError(error.cause).code : null;
  return cause ?? type;
}

/** Values of a set that another one has and this one has not. */
export function missingFrom(present: Iterable<string>, needed: readonly string[]): string[] {
  const has = new Set(present);
  return needed.filter((one) => !has.has(one));
}
