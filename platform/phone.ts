import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode, PhoneNumber } from 'libphonenumber-js/max';

/*
 * All knowledge about phone numbers. Metadata lags behind reality, so "valid" is never asked: a number that cannot
 * be parsed keeps its digits.
 */

const DIGITS_MIN = 7;
const DIGITS_MAX = 15;

/**
 * E.164 form of WhatsApp digits (international, no plus) or of a number as people type it. With a default country,
 * numbers without a country code are read as of that country; null when there is no number in it.
 */
export function toE164(raw: string, defaultCountry?: string): string | null {
  const written = raw.normalize('NFKC').trim();
  const digits = written.replace(/\D/g, '');
  if (digits.length < DIGITS_MIN) return null;
  if (/^(?:\+|00)/.test(written)) return international(written.replace(/^00/, '+'));
  const country = countryOf(defaultCountry);
  if (country === undefined) return international(`+${digits}`);
  const national = parsePhoneNumberFromString(written, country);
  if (national?.isPossible() === true) return national.number;
  return international(`+${digits}`);
}

/** The number without its country code, as HubSpot's searchable phone properties hold it. */
export function nationalDigits(e164: string): string {
  return parse(e164)?.nationalNumber ?? e164.replace(/\D/g, '');
}

/** Whether a phone as typed into a CRM is this number: written internationally, or nationally in the number's country. */
export function sameNumber(rawPhone: string, e164: string): boolean {
  const target = international(e164);
  if (target === null) return false;
  const parsed = parse(target);
  const country = parsed?.country ?? parsed?.getPossibleCountries()[0];
  return toE164(rawPhone) === target || (country !== undefined && toE164(rawPhone, country) === target);
}

/** ISO code of the country a number belongs to; undefined where several share the code and the number does not tell. */
export function countryOfNumber(e164: string): string | undefined {
  return parse(e164)?.country;
}

/** The ways people usually write this number, for systems that compare phones as text. */
export function commonSpellings(e164: string): string[] {
  const digits = e164.replace(/\D/g, '');
  const parsed = parse(e164);
  const formatted = parsed === undefined ? [] : [parsed.formatInternational(), parsed.formatNational()];
  return [...new Set([`+${digits}`, digits, `00${digits}`, ...formatted])];
}

function parse(e164: string): PhoneNumber | undefined {
  return parsePhoneNumberFromString(e164.startsWith('+') ? e164 : `+${e164}`);
}

/** Of a number with country code; digits that no country fits are kept, unless there are too many. */
function international(written: string): string | null {
  const parsed = parse(written);
  if (parsed?.isPossible() === true) return parsed.number;
  const digits = written.replace(/\D/g, '');
  return digits.length >= DIGITS_MIN && digits.length <= DIGITS_MAX ? `+${digits}` : null;
}

function countryOf(code: string | undefined): CountryCode | undefined {
  const upper = code?.toUpperCase();
  return upper !== undefined && isSupportedCountry(upper) ? upper : undefined;
}
