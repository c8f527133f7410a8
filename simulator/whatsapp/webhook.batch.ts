import { z } from 'zod';
import type { Dice } from './dice';

const change = z.looseObject({ field: z.string(), value: z.looseObject({}) });
const payloadSchema = z.looseObject({
  object: z.string(),
  entry: z.array(z.looseObject({ id: z.unknown(), changes: z.array(change) })),
});

type Payload = z.infer<typeof payloadSchema>;
type Change = z.infer<typeof change>;
/** Lists of a change of which Meta puts several items together. */
const LISTS = [
  'contacts',
  'messages',
  'statuses',
  'message_echoes',
  'user_preferences',
  'state_sync',
  'history',
];

/**
 * Puts payloads together into one body, in each of the ways in which Meta does: another entry, another change of the
 * same entry, or another item of the same change when number and field are the same.
 */
export function batched(payloads: readonly unknown[], dice: Dice): unknown {
  if (payloads.length === 1) return payloads[0];
  const all = payloads.map((payload) => payloadSchema.parse(payload));
  const entry: Payload['entry'] = [];
  for (const { id, changes } of all.flatMap((payload) => payload.entry)) {
    const last = entry.at(-1);
    if (last === undefined || last.id !== id || dice() < 1 / 3) {
      entry.push({ id, changes: [...changes] });
      continue;
    }
    for (const one of changes) last.changes = withChange(last.changes, one, dice);
  }
  return { object: 'whatsapp_business_account', entry };
}

function withChange(changes: readonly Change[], next: Change, dice: Dice): Change[] {
  const last = changes.at(-1);
  if (last === undefined || !isSameKind(last, next) || dice() < 1 / 2) return [...changes, next];
  return [...changes.slice(0, -1), { ...last, value: joined(last.value, next.value) }];
}

/** Same field, same number, and nothing in them but lists of items. */
function isSameKind(one: Change, other: Change): boolean {
  return one.field === other.field && restOf(one.value) === restOf(other.value);
}

function restOf(value: Change['value']): string {
  return JSON.stringify(Object.entries(value).filter(([name]) => !LISTS.includes(name)));
}

function joined(one: Change['value'], other: Change['value']): Change['value'] {
  const lists = LISTS.filter((name) => Array.isArray(one[name]) || Array.isArray(other[name]));
  const parts = lists.map((name): [string, unknown[]] => [
    name,
    unique(name, [...listOf(one[name]), ...listOf(other[name])]),
  ]);
  return { ...one, ...Object.fromEntries(parts) };
}

/** One contact stands once, however many messages it wrote; items may well stand twice. */
function unique(name: string, items: readonly unknown[]): unknown[] {
  if (name !== 'contacts') return [...items];
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function listOf(value: unknown): unknown[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items;
}
