/** Who says what a buyer is called: people in the CRM, people on the phone app, the buyer in WhatsApp. */
type NameSource = 'hubspot' | 'phone app' | 'whatsapp';

/** A name of a buyer, with whose word it is. */
export type KnownName = {
  readonly source: NameSource;
  readonly name: string;
  /** How to address the buyer, where the source says it. */
  readonly firstName: string | null;
};

type Parts = { readonly full: string | null; readonly first: string | null };

/**
 * What a buyer is called, the word that counts most first: that of the linked HubSpot contact, which a person or an exact
 * match confirmed, then that of the phone app, then the profile that buyers write for themselves.
 */
export function knownNames(given: {
  readonly hubspot: Parts | null;
  readonly phoneApp: Parts | null;
  readonly whatsapp: string | null;
}): KnownName[] {
  return [
    nameOf('hubspot', given.hubspot),
    nameOf('phone app', given.phoneApp),
    nameOf('whatsapp', { full: given.whatsapp, first: null }),
  ].filter((name) => name !== null);
}

function nameOf(source: NameSource, parts: Parts | null): KnownName | null {
  const name = clean(parts?.full) ?? clean(parts?.first);
  return name === null ? null : { source, name, firstName: clean(parts?.first) };
}

function clean(text: string | null | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}
