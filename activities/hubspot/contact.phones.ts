import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js/max';

export function parsePhone(
  raw: string,
  country?: string,
): { e164: string; national: string; country: string | null; spellings: string[]; isValid: boolean } | null {
  const parsed = parsePhoneNumberFromString(raw, country as CountryCode | undefined);
  if (parsed === undefined) return null;
  return {
    e164: parsed.number,
    national: parsed.nationalNumber,
    country: parsed.country ?? null,
    isValid: parsed.isValid(),
    spellings: [parsed.formatInternational(), parsed.formatNational()],
  };
}
