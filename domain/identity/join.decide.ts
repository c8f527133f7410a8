import { ownerKind } from '../vocabulary';
import type { Owner, OwnerKind } from '../vocabulary';

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
 * Who owns a joined conversation, whichever of the two goes on: the newest thing that people did in both holds. Where
 * nothing tells which is newer, a person goes on before Meta's agent, and automation has only what nobody else has.
 */
export function joinOwners(one: Owned, other: Owned): Owner {
  if (one.ownerAtMs !== null && other.ownerAtMs !== null && one.ownerAtMs !== other.ownerAtMs)
    return other.ownerAtMs > one.ownerAtMs ? other.owner : one.owner;
  return isBefore(one, other) ? one.owner : other.owner;
}

/** By standing; of two people the one who is known to have done something, then whoever wrote on the phone, as an echo would. */
function isBefore(one: Owned, other: Owned): boolean {
  const byStanding = STANDING[ownerKind(one.owner)] - STANDING[ownerKind(other.owner)];
  if (byStanding !== 0) return byStanding > 0;
  if (one.ownerAtMs !== other.ownerAtMs) return other.ownerAtMs === null;
  return one.owner >= other.owner;
}

const STANDING: Readonly<Record<OwnerKind, number>> = {
  automation: 0,
  unassigned: 1,
  meta: 2,
  phone: 3,
  agent: 3,
};
