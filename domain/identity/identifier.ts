/** What an identifier is, told by its shape alone. */
export type IdentifierKind = 'bsuid' | 'parent_bsuid' | 'wa_id' | 'unknown';

const BUSINESS_SCOPED = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const WHATSAPP_ID = /^\d{5,17}$/;

/** Classifies by shape, never by the field it came in: business-scoped ids were seen inside `from` and `wa_id`. */
export function classifyIdentifier(value: string): IdentifierKind {
  const scoped = BUSINESS_SCOPED.exec(value);
  if (scoped !== null) return scoped[1] === undefined ? 'bsuid' : 'parent_bsuid';
  return WHATSAPP_ID.test(value) ? 'wa_id' : 'unknown';
}

/** One identifier of a buyer. */
export type Identifier = { readonly kind: Exclude<IdentifierKind, 'unknown'>; readonly value: string };

const KINDS_BY_STRENGTH: readonly Identifier['kind'][] = ['bsuid', 'parent_bsuid', 'wa_id'];

/** Identifiers by their shape, never by the name of the field they came in; the strongest first, empty ones left out. */
export function identifiersOf(values: readonly (string | undefined)[]): Identifier[] {
  const found = new Map<string, Identifier>();
  for (const value of values) {
    if (value === undefined) continue;
    const kind = classifyIdentifier(value);
    if (kind !== 'unknown') found.set(`${kind}:${value}`, { kind, value });
  }
  return [...found.values()].sort(
    (a, b) => KINDS_BY_STRENGTH.indexOf(a.kind) - KINDS_BY_STRENGTH.indexOf(b.kind),
  );
}
