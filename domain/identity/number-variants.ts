import { classifyIdentifier } from './identifier';
import type { Identifier } from './identifier';

type VariantRule = { readonly form: RegExp; readonly also: string };

/*
 * WhatsApp's id of a phone may differ from the number people dial and type into a CRM, in three countries.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/phone-numbers
 */
const RULES: readonly VariantRule[] = [
  // Brazil: mobile numbers with and without the ninth digit. Landlines start with 2 to 5 and have no variant.
  { form: /^55(\d{2})9([6-9]\d{7})$/, also: '55$1$2' },
  { form: /^55(\d{2})([6-9]\d{7})$/, also: '55$19$2' },
  // Mexico: the old mobile prefix 1.
  { form: /^521(\d{10})$/, also: '52$1' },
  { form: /^52(\d{10})$/, also: '521$1' },
  // Argentina: the mobile prefix 9.
  { form: /^549(\d{10})$/, also: '54$1' },
  { form: /^54(\d{10})$/, also: '549$1' },
];

/** The forms of a WhatsApp id worth looking up, the exact one first; for search only, an identity is never rewritten. */
export function searchVariants(waId: string): string[] {
  if (classifyIdentifier(waId) !== 'wa_id') return [];
  const variants = RULES.filter((rule) => rule.form.test(waId)).map((rule) =>
    waId.replace(rule.form, rule.also),
  );
  return [...new Set([waId, ...variants])];
}

/** The other national forms of a number; none of a user id. */
export function otherForms({ kind, value }: Identifier): Identifier[] {
  if (kind !== 'wa_id') return [];
  return searchVariants(value)
    .filter((form) => form !== value)
    .map((form) => ({ kind, value: form }));
}

/** Identifiers, each followed by its other national forms. */
export function inAllForms(identifiers: readonly Identifier[]): Identifier[] {
  return identifiers.flatMap((one) => [one, ...otherForms(one)]);
}

/** Both forms of a number begin with its country and end in the same digits; a strange number by chance does not. */
const COUNTRY_DIGITS = 2;
const END_DIGITS = 6;

/** Whether WhatsApp may have written one number as the other: it knows national forms that we do not. */
export function mayBeSameNumber(one: string, other: string): boolean {
  return (
    one.slice(0, COUNTRY_DIGITS) === other.slice(0, COUNTRY_DIGITS) &&
    one.slice(-END_DIGITS) === other.slice(-END_DIGITS)
  );
}
