import { createHash } from 'node:crypto';

/** A repeatable source of chance: the same seed gives the same bodies. */
export type Chance = {
  readonly below: (limit: number) => number;
  readonly pick: <Value>(values: readonly Value[]) => Value;
};

export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    pick: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
  };
}

/** Nothing that an index could make smaller. */
const INCOMPRESSIBLE = Array.from({ length: 300 }, (_, index) =>
  createHash('sha256').update(String(index)).digest('hex'),
).join('');

const STANDS_FOR_DEEP = 'stands for something deep';
/** Values that were never meant to stand where they will be put. */
const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  '0',
  '\u0000',
  'half \ud83d',
  '👍🏽',
  'null',
  '1e999',
  '-5',
  '99999999999999999999',
  '1790000000000',
  'US.13491208655302741918',
  'US.ENT.11815799212886844830',
  '447700900123',
  'x'.repeat(20_000),
  INCOMPRESSIBLE,
  [],
  [null],
  [[]],
  {},
  { id: 7 },
  { id: 'wamid.nested', type: 'text' },
  'system',
  'edit',
  'revoke',
  'reaction',
  'media_placeholder',
  STANDS_FOR_DEEP,
];
/** Deeper than any engine walks by calling itself; written where the value that stands for it is. */
const LEVELS = 20_000;
const DEEP = [
  `${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}`,
  `${'{"a":'.repeat(LEVELS)}1${'}'.repeat(LEVELS)}`,
];
const KEYS = ['__proto__', 'constructor', 'type', 'id', 'from', 'text', 'messages', 'errors', 'toString', ''];

/** A body that is a little, or very, different from the given one; as bytes, for some are no JSON any more. */
export function mutate(chance: Chance, body: unknown): Buffer {
  const changed = { root: structuredClone(body) };
  for (let count = 1 + chance.below(4); count > 0; count -= 1) changeOnce(chance, changed);
  const text = JSON.stringify(changed.root).replaceAll(JSON.stringify(STANDS_FOR_DEEP), () =>
    chance.pick(DEEP),
  );
  const way = chance.below(40);
  if (way === 0) return Buffer.from(`${text}}trailing`);
  if (way === 1) return Buffer.from(text.slice(0, chance.below(text.length + 1)));
  if (way === 2) return Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0x00])]);
  if (way === 3)
    return Buffer.from(
      text.replaceAll(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
    );
  return Buffer.from(text);
}

function changeOnce(chance: Chance, changed: { root: unknown }): void {
  const places = placesIn(changed.root);
  if (places.length === 0) {
    changed.root = chance.pick(STRANGE);
    return;
  }
  const { holder, key } = chance.pick(places);
  switch (chance.below(6)) {
    case 0:
    case 1:
      put(holder, key, structuredClone(chance.pick(STRANGE)));
      break;
    case 2:
      remove(holder, key);
      break;
    case 3:
      // The same thing again beside itself, or under another name.
      if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
      else put(holder, chance.pick(KEYS), structuredClone(holder[key]));
      break;
    case 4:
      put(holder, key, [get(holder, key)]);
      break;
    case 5:
      put(holder, key, structuredClone(get(chance.pick(places).holder, chance.pick(places).key)));
      break;
  }
}

type Holder = unknown[] | Record<string, unknown>;
type Spot = { readonly holder: Holder; readonly key: string };

function placesIn(value: unknown): Spot[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder: Holder = Array.isArray(value) ? value : asRecord(value);
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(get(holder, key))]);
}

function asRecord(value: object): Record<string, unknown> {
  return value as Record<string, unknown>;
}

function get(holder: Holder, key: string): unknown {
  return Array.isArray(holder) ? holder[Number(key)] : Object.getOwnPropertyDescriptor(holder, key)?.value;
}

function put(holder: Holder, key: string, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}
