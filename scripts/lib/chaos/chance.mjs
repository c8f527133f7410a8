/** Choices that are the same for the same seed; every stream of choices has a name, so that one more choice in one changes no other. */
export function createChance(seed, stream) {
  let state = hashOf(`${seed}|${stream}`);
  const next = () => {
    // mulberry32: small, and even enough to choose by.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from, to) => from + Math.floor(next() * (to - from + 1));
  return {
    /** A number between 0 and 1. */
    share: next,
    /** A whole number, both ends included. */
    whole,
    /** True in this share of the cases. */
    happens: (share) => next() < share,
    pick: (list) => list[whole(0, list.length - 1)],
    shuffled: (list) => {
      const left = [...list];
      return list.map(() => left.splice(whole(0, left.length - 1), 1)[0]);
    },
  };
}

/** FNV-1a. */
function hashOf(text) {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  return hash;
}
