import { types } from 'node:util';
import type { KnownSettings } from '../../platform/config';
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

type SettingName = keyof KnownSettings;
/** Settings of which the given ones are there. */
export type SettingsWith<Needed extends SettingName> = {
  readonly [Name in Needed]: Exclude<KnownSettings[Name], undefined>;
};

/**
 * Makes checks that need settings: one line for each of `names`, whatever happens. Without the settings they are `unknown`,
 * and a failure that no check has words for is told as that of the first.
 */
export async function withSettings<Needed extends SettingName>(
  {
    known,
    needs,
    names,
  }: { known: KnownSettings; needs: readonly Needed[]; names: readonly [string, ...string[]] },
  make: (settings: SettingsWith<Needed>) => Promise<Finding[]>,
): Promise<Finding[]> {
  if (!hasAll(known, needs)) {
    const missing = needs.filter((name) => known[name] === undefined);
    return names.map((name) => unknown(name, `needs ${missing.join(' and ')}`));
  }
  try {
    return await make(known);
  } catch (error) {
    const [first, ...others] = names;
    return [
      wrong(first, `it cannot be examined (${codeOf(error)})`, 'try again, and look at the log of the part'),
      ...others.map((name) => unknown(name, `needs ${first}`)),
    ];
  }
}

function hasAll<Needed extends SettingName>(
  known: KnownSettings,
  needs: readonly Needed[],
): known is KnownSettings & SettingsWith<Needed> {
  return needs.every((name) => known[name] !== undefined);
}

/** Values of a set that another one has and this one has not. */
export function missingFrom(present: Iterable<string>, needed: readonly string[]): string[] {
  const has = new Set(present);
  return needed.filter((one) => !has.has(one));
}
