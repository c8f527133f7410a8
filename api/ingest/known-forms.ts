import { otherForms } from '../../domain/identity/number-variants';
import type { Identifier } from '../../domain/identity/holder.decide';
import type { Database } from '../../platform/database';
import { findHolders } from './identifiers';
import type { HeldIdentifier } from './identifiers';

/** A holder of an identifier; `isOtherForm` = of the same number as it is written in another national form. */
export type KnownHolder = HeldIdentifier & { readonly isOtherForm: boolean };

/**
 * Who had the identifiers at a time: as they are written, else, of a number that nobody had in that form, in another
 * national form; these come last. Runs under the locks of the identifiers, which are those of all forms.
 */
export async function findKnownHolders(
  client: Database,
  identifiers: readonly Identifier[],
  atMs: number,
): Promise<KnownHolder[]> {
  const exact = await findHolders(client, identifiers, atMs);
  const others = identifiers
    .filter((one) => !exact.some((holder) => isSame(holder, one)))
    .flatMap(otherForms);
  const found = others.length === 0 ? [] : await findHolders(client, others, atMs);
  return [
    ...exact.map((holder) => ({ ...holder, isOtherForm: false })),
    ...found.map((holder) => ({ ...holder, value: writtenAs(holder, identifiers), isOtherForm: true })),
  ];
}

/** Whether two identifiers are the same, letter by letter. */
export function isSame(one: Identifier, other: Identifier): boolean {
  return one.kind === other.kind && one.value === other.value;
}

function writtenAs(holder: Identifier, identifiers: readonly Identifier[]): string {
  const written = identifiers.find((one) => otherForms(one).some((form) => isSame(form, holder)));
  return written?.value ?? holder.value;
}
