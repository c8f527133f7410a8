/** Each form of a union keeps its own properties. */
type Without<Whole, Key extends PropertyKey> = Whole extends unknown ? Omit<Whole, Key> : never;

/** The same without these properties; what it was made of stays as it is. */
export function without<Whole extends object, Key extends keyof Whole>(
  whole: Whole,
  ...keys: Key[]
): Without<Whole, Key> {
  const left: object = { ...whole };
  for (const key of keys) Reflect.deleteProperty(left, key);
  return left as Without<Whole, Key>;
}
