import { createHash } from 'node:crypto';

/** Levels of nesting that are read; Meta's bodies have some 20, and neither the engine nor Postgres walks thousands. */
const LEVELS_MAX = 200;

/**
 * Puts a digest in the place of everything in a parsed body that is nested deeper than is read, in the value itself:
 * whatever stands around it is understood all the same, and the bytes stand in the stored body.
 */
export function cutDeep(value: unknown): void {
  let level = holderOf(value);
  for (let depth = 1; depth < LEVELS_MAX && level.length > 0; depth += 1)
    level = level.flatMap((holder) => Object.values(holder).flatMap(holderOf));
  for (const holder of level)
    for (const [key, child] of Object.entries(holder))
      if (holderOf(child).length > 0)
        // Unlike an assignment it takes every key as a name, also `__proto__`.
        Reflect.defineProperty(holder, key, { value: { too_deep: digestOf(child) } });
}

function holderOf(value: unknown): object[] {
  return typeof value === 'object' && value !== null ? [value] : [];
}

/** Tells values apart without ever calling itself. */
function digestOf(value: unknown): string {
  const digest = createHash('sha256');
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    const [holder] = holderOf(next);
    digest.update(holder === undefined ? JSON.stringify(next) : shapeOf(holder)).update('\n');
    if (holder !== undefined) for (const child of Object.values(holder)) waiting.push(child);
  }
  return digest.digest('hex');
}

function shapeOf(holder: object): string {
  return Array.isArray(holder) ? `[${holder.length}]` : `{${JSON.stringify(Object.keys(holder))}}`;
}
