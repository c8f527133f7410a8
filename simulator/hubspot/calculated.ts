import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import type { ObjectType } from './object-type';
import type { PipelineStore } from './pipeline.store';
import type { PropertyValues } from './property.validate';

type Parts = { readonly pipelines: PipelineStore; readonly phoneCountry: string };

/** The values HubSpot computes from others. */
export function calculatedValues(
  type: ObjectType,
  values: PropertyValues,
  parts: Parts,
): Readonly<Record<string, string | null>> {
  switch (type) {
    case 'contacts':
      return { ...phoneValues(values, parts), ...mobileValues(values, parts) };
    case 'companies':
      return phoneValues(values, parts);
    case 'deals':
      return dealValues(values, parts.pipelines);
    case 'communications':
      return { hs_body_preview: previewOf(values['hs_communication_body'] ?? null) };
  }
}

function phoneValues(values: PropertyValues, parts: Parts): Readonly<Record<string, string | null>> {
  const { national, international } = digitsOf(values['phone'] ?? null, parts.phoneCountry);
  return {
    hs_calculated_phone_number: international,
    hs_searchable_calculated_phone_number: national,
    hs_searchable_calculated_international_phone_number: international,
  };
}

function mobileValues(values: PropertyValues, parts: Parts): Readonly<Record<string, string | null>> {
  const { national, international } = digitsOf(values['mobilephone'] ?? null, parts.phoneCountry);
  return {
    hs_calculated_mobile_number: international,
    hs_searchable_calculated_mobile_number: national,
    hs_searchable_calculated_international_mobile_number: international,
  };
}

type Digits = { readonly national: string | null; readonly international: string | null };

/** Area code and local number without the country code: what HubSpot's phone search compares. */
function digitsOf(raw: string | null, country: string): Digits {
  if (raw === null) return { national: null, international: null };
  const parsed = parsePhoneNumberFromString(raw, isSupportedCountry(country) ? country : 'US');
  if (parsed !== undefined) return { national: parsed.nationalNumber, international: parsed.number };
  const digits = raw.replace(/\D/g, '');
  return { national: digits === '' ? null : digits, international: null };
}

function dealValues(values: PropertyValues, pipelines: PipelineStore): Readonly<Record<string, string>> {
  const stage = pipelines.stage(values['pipeline'], values['dealstage']);
  const isClosed = stage?.isClosed ?? false;
  const isWon = isClosed && Number(stage?.probability) === 1;
  return {
    hs_is_closed: String(isClosed),
    hs_is_closed_won: String(isWon),
    hs_is_closed_lost: String(isClosed && !isWon),
    hs_deal_stage_probability: stage?.probability ?? '0',
  };
}

function previewOf(body: string | null): string | null {
  if (body === null) return null;
  return body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 250);
}
