import type { Identifier } from '../../domain/identity/holder.decide';
import type { Database } from '../../platform/database';
import { endIdentifiers, numbersAt } from './identifiers';
import { identifiersOfChange, isChangeOfNumber } from './named-by';
import type { Person } from './people';
import type { WebhookMessage } from './webhook.schema';

/** What a report tells of the identifiers that a buyer had until then and has from then on. */
type IdentityChange = Required<Pick<Person, 'taken' | 'left' | 'givenUp'>> & {
  readonly after: readonly Identifier[];
  readonly isOfNumber: boolean;
};

/** Reads a report: from the change on the old number is nobody's, and whoever had the new number before is somebody else. */
export function readIdentityChange(message: WebhookMessage): IdentityChange {
  const { before, after } = identifiersOfChange(message);
  const isOfNumber = isChangeOfNumber(message);
  return {
    after,
    isOfNumber,
    left: before,
    givenUp: isOfNumber ? before.filter((one) => !isIn(after, one)) : [],
    taken: isOfNumber ? after.filter((one) => !isIn(before, one)) : [],
  };
}

/** Ends what the buyer had until a change; gives what ended. */
export async function endWhatWasLeft(
  client: Database,
  buyerId: string,
  told: { readonly change: IdentityChange; readonly atMs: number },
): Promise<Identifier[]> {
  const { change, atMs } = told;
  const { after, left, isOfNumber } = change;
  const kindsChanged = new Set(after.map((identifier) => identifier.kind));
  // Whoever hides the new number has given the old one up all the same, named or not, and the ids that came with it.
  const given = isOfNumber ? [...left, ...(await numbersAt(client, buyerId, atMs))] : left;
  const ended = given.filter((one) => (isOfNumber || kindsChanged.has(one.kind)) && !isIn(after, one));
  await endIdentifiers(client, buyerId, { identifiers: ended, atMs });
  return ended;
}

function isIn(some: readonly Identifier[], one: Identifier): boolean {
  return some.some((other) => other.value === one.value);
}
