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
