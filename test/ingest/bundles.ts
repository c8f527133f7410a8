import fc from 'fast-check';
import { bodyOf, change } from './bodies';
import type { Json } from './bodies';
import type { Fact } from './lent-facts';

/** One delivery of the facts: some order, some of them twice, put together in some way. */
export function deliveries(all: readonly Fact[]): fc.Arbitrary<Json[]> {
  const places = all.map((_, index) => index);
  return fc
    .tuple(
      fc.shuffledSubarray(places, { minLength: places.length }),
      fc.subarray(places),
      fc.array(fc.boolean(), { minLength: places.length * 2, maxLength: places.length * 2 }),
      fc.boolean(),
    )
    .map(([order, again, cuts, isTwiceInOne]) => {
      const sequence = [...order, ...again].flatMap((place) => all[place] ?? []);
      const bodies = cutAt(sequence, cuts);
      const [first] = bodies;
      return [...bodies, ...(isTwiceInOne && first !== undefined ? [first] : [])].map(toBody);
    });
}

function cutAt(sequence: readonly Fact[], cuts: readonly boolean[]): Fact[][] {
  const parts: Fact[][] = [];
  for (const [index, fact] of sequence.entries()) {
    const last = parts.at(-1);
    if (last === undefined || cuts[index] === true) parts.push([fact]);
    else last.push(fact);
  }
  return parts;
}

/** Neighbours of one number and field share a change. */
function toBody(part: readonly Fact[]): Json {
  const groups: Fact[][] = [];
  for (const fact of part) {
    const last = groups.at(-1);
    const isSame =
      last?.[0]?.field === fact.field &&
      last[0].number === fact.number &&
      fact.list !== 'things' &&
      fact.profile === undefined &&
      last[0].profile === undefined;
    if (last !== undefined && isSame) last.push(fact);
    else groups.push([fact]);
  }
  return bodyOf(
    ...groups.map((group) => {
      const lists: Record<string, Json[]> = {};
      for (const { list, item, more } of group) lists[list] = [...(lists[list] ?? []), item, ...(more ?? [])];
      const contacts = group.flatMap(({ profile, item }) =>
        profile === undefined
          ? []
          : [
              {
                profile,
                wa_id: item['from'],
                user_id: item['from_user_id'],
                parent_user_id: item['from_parent_user_id'],
              },
            ],
      );
      if (contacts.length > 0) lists['contacts'] = contacts;
      return change(lists, group[0]?.field, group[0]?.number);
    }),
  );
}
