import type { Owner } from '../vocabulary';

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

/** An owner, and when a person last did something that decides about it. */
type Owned = { readonly owner: Owner; readonly ownerAtMs: number | null };

/**
 * Who owns a joined conversation: the newest thing that people did in both holds; else whoever writes in one of them goes
 * on, and automation only where nobody else does.
 */
export function joinOwners(surviving: Owned, joined: Owned): Owner {
  if (surviving.ownerAtMs !== null && joined.ownerAtMs !== null && surviving.ownerAtMs !== joined.ownerAtMs)
    return joined.ownerAtMs > surviving.ownerAtMs ? joined.owner : surviving.owner;
  return standing(joined.owner) > standing(surviving.owner) ? joined.owner : surviving.owner;
}

function standing(owner: Owner): number {
  if (owner === 'automation') return 0;
  return owner === 'unassigned' ? 1 : 2;
}
