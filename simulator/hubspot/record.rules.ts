import { HubSpotError } from './hubspot.errors';
import { factsOf } from './object-type';
import type { ObjectType } from './object-type';
import type { PropertyValues } from './property.validate';

const REQUIRED: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: [],
  companies: [],
  deals: ['dealname', 'dealstage'],
  communications: ['hs_communication_channel_type', 'hs_communication_logged_from', 'hs_timestamp'],
};
const ONE_OF: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: ['email', 'firstname', 'lastname'],
  companies: ['name', 'domain'],
  deals: [],
  communications: [],
};

/** The refusal of a create that lacks what the record type needs, or null. */
export function missingRequired(
  type: ObjectType,
  values: PropertyValues,
  isPhoneOnlyAllowed: boolean,
): HubSpotError | null {
  const isSet = (name: string): boolean => (values[name] ?? null) !== null;
  const missing = REQUIRED[type].filter((name) => !isSet(name));
  if (missing.length > 0) return refusal(type, missing, 'Some required properties were not set.');
  const oneOf = ONE_OF[type];
  const isPhoneOnly = type === 'contacts' && (isSet('phone') || isSet('mobilephone'));
  if (oneOf.length === 0 || oneOf.some(isSet) || (isPhoneOnly && isPhoneOnlyAllowed)) return null;
  return refusal(type, oneOf, `At least one of ${oneOf.join(', ')} is required.`);
}

function refusal(type: ObjectType, missing: readonly string[], reason: string): HubSpotError {
  return new HubSpotError(
    [400, 'VALIDATION_ERROR'],
    `Error creating ${factsOf(type).singular.toUpperCase()}. ${reason}`,
    {
      errors: missing.map((name) => ({
        message: `Property "${name}" is required.`,
        code: 'MISSING_REQUIRED_PROPERTY',
        context: { propertyName: [name] },
      })),
      context: { properties: missing },
    },
  );
}
