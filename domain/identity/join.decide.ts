/** What becomes of the links of two buyers who prove to be one. */
export type JoinedLinks = 'keep' | 'take' | 'conflict';

/**
 * The surviving buyer's contact holds; one that is known for the other buyer only is taken over. Two different contacts
 * are a conflict: the surviving one holds until a person has decided.
 */
export function joinLinks(survivingContactId: string | null, joinedContactId: string | null): JoinedLinks {
  if (joinedContactId === null || joinedContactId === survivingContactId) return 'keep';
  return survivingContactId === null ? 'take' : 'conflict';
}
