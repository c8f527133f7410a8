/** A statement, and what was found that speaks against it: true when that is nothing. */
export function statement(text, against) {
  return { text, against };
}

/** The rows by a key, in their order. */
export function groupBy(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
