import { knownNames } from '../../domain/identity/name.decide';

/** What is known about the name of a buyer. */
export type NameRow = {
  name_parts: {
    readonly hubspot: { readonly full: string | null; readonly first: string | null } | null;
    readonly phoneApp: { readonly full: string | null; readonly first: string | null } | null;
    readonly whatsapp: string | null;
  };
};

/** Column `name_parts` of the buyer `b`. The contact that we created ourselves carries the profile's name, so it says nothing. */
export const NAMES = `jsonb_build_object(
    'whatsapp', b.display_name,
    'phoneApp', (select jsonb_build_object('full', full_name, 'first', first_name) from phone_app_contact_of(b.id)),
    'hubspot', (select jsonb_build_object('first', properties ->> 'firstname',
                         'full', nullif(btrim(concat_ws(' ', properties ->> 'firstname', properties ->> 'lastname')), ''))
                  from identity_link join hubspot_contact using (contact_id)
                 where identity_link.buyer_id = b.id and ended_at is null and status = 'linked')) as name_parts`;

/** The name that counts, and whose word each of the names is. */
export function namesOf(parts: NameRow['name_parts']): {
  name: string | null;
  names: { source: 'hubspot' | 'phone app' | 'whatsapp'; name: string; first_name: string | null }[];
} {
  const names = knownNames(parts);
  return {
    name: names[0]?.name ?? null,
    names: names.map(({ source, name, firstName }) => ({ source, name, first_name: firstName })),
  };
}
