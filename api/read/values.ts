const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Newest rows of each list that one conversation is shown with. */
export const ROWS_MAX = 200;

/** Whether Postgres would take this as an id; anything else cannot be found. */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** A time as the API writes it. */
export function instant(value: Date): string {
  return value.toISOString();
}

/** A time as the API writes it, or null. */
export function instantOrNull(value: Date | null): string | null {
  return value === null ? null : value.toISOString();
}

/** The end of a pause; the driver reads 'infinity' as a number. */
export function pausedUntil(value: Date | number | null): string | null {
  if (value === null) return null;
  return typeof value === 'number' ? 'infinity' : value.toISOString();
}
