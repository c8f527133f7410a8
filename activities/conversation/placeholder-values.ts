import type { IdentityStatus } from '../../domain/policy/policy';
import type { ContextFacts } from '../../store/context.store';

/** What the placeholders of a text stand for; what is not known is left out, and the text's own default is used. */
export function placeholderValues(known: {
  readonly facts: ContextFacts;
  readonly identityStatus: IdentityStatus;
  readonly displayName: string | null;
}): Record<string, string> {
  // A contact that we created ourselves carries the profile name, or a number where there was none: no first name.
  const contactName = known.identityStatus === 'linked' ? known.facts.contactFirstName : null;
  return {
    ...optional('first_name', contactName ?? firstWord(known.displayName)),
    ...optional('deal_name', known.facts.deal?.name ?? null),
  };
}

function optional(name: string, value: string | null): Record<string, string> {
  return value === null ? {} : { [name]: value };
}

function firstWord(name: string | null): string | null {
  return name?.trim().split(/\s+/u)[0] ?? null;
}
