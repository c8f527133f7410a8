/** Longer than WhatsApp allows a username to be. */
const LENGTH_MAX = 100;

/** A username as it is shown: WhatsApp's papers write one `@` before it, its messages do not. Null when there is none. */
export function toUsername(given: string | null | undefined): string | null {
  const name = (given ?? '').trim().replace(/^@/, '');
  return name === '' || name.length > LENGTH_MAX ? null : name;
}
