import { ownerKind } from '../vocabulary';
import type { Owner } from '../vocabulary';

/** An order of people that says who has a conversation: an agent, automation, or the phone app where they left it there. */
type OwnerOrder = { readonly owner: Owner; readonly atMs: number };

/** What people did on the phone app; `isBack`: it was the word by which they give the conversation back. */
export type PhoneDeed = { readonly atMs: number; readonly isBack: boolean };

/** All that decides who has a conversation; times in unix ms. */
export type Wheel = {
  /** The order that holds; null = nobody ordered anything about the owner. */
  readonly ordered: OwnerOrder | null;
  /** The newest deed on the phone app. */
  readonly onPhone: PhoneDeed | null;
  /** The time of what waits for a person whom nobody is yet; null = nothing does. */
  readonly unassignedAtMs: number | null;
  /** The newest message that Meta's agent had. */
  readonly standbyAtMs: number | null;
  /** The newest message of the buyer that came to us. */
  readonly deliveredAtMs: number | null;
};

/** What people did, of which two conversations that are one keep together. */
export type Deeds = Pick<Wheel, 'ordered' | 'onPhone' | 'unassignedAtMs'>;

/**
 * Who has a conversation: the newest deed of people holds, a person before automation at the same moment. What no person
 * has is Meta's agent's while WhatsApp passes messages to it; else it waits for a person where nobody has answered on the
 * phone since; and automation has only what nobody else has.
 */
export function ownerOf(wheel: Wheel): Owner {
  const deed = newestDeed(wheel);
  if (deed !== null && isPerson(deed.owner)) return deed.owner;
  if (isWithMeta(wheel, deed?.atMs ?? null)) return 'meta';
  return isUnanswered(wheel.unassignedAtMs, wheel.onPhone) ? 'unassigned' : 'automation';
}

/**
 * The deeds of two conversations that are one. Of any number of them, joined in any order, the same ones hold: on the phone
 * app, where both were one chat, the newest; of orders, which were given about one of them, those that made an agent the
 * owner before those that gave back, then the newest.
 */
export function joinDeeds(one: Deeds, other: Deeds): Deeds {
  return {
    ordered: firstOf(one.ordered, other.ordered, (a, b) => {
      const byPerson = Number(isPerson(b.owner)) - Number(isPerson(a.owner));
      return byPerson || b.atMs - a.atMs || Number(b.owner > a.owner) || -1;
    }),
    onPhone: firstOf(one.onPhone, other.onPhone, (a, b) => b.atMs - a.atMs || (a.isBack ? 1 : -1)),
    unassignedAtMs: maxOf(one.unassignedAtMs, other.unassignedAtMs),
  };
}

/** Whether nobody has done anything on the phone app since. */
function isUnanswered(atMs: number | null, onPhone: PhoneDeed | null): boolean {
  return atMs !== null && (onPhone === null || atMs >= onPhone.atMs);
}

/** The newest thing that people did about the owner; at one moment a person goes before automation. */
function newestDeed({ ordered, onPhone }: Wheel): OwnerOrder | null {
  if (onPhone === null) return ordered;
  const deed: OwnerOrder = { owner: onPhone.isBack ? 'automation' : 'phone', atMs: onPhone.atMs };
  if (ordered === null || deed.atMs > ordered.atMs) return deed;
  return deed.atMs === ordered.atMs && deed.owner === 'phone' ? deed : ordered;
}

/** Whether WhatsApp passes this conversation's messages to Meta's agent. */
function isWithMeta({ standbyAtMs, deliveredAtMs }: Wheel, deedAtMs: number | null): boolean {
  if (standbyAtMs === null || (deedAtMs !== null && standbyAtMs < deedAtMs)) return false;
  // Within one second nothing tells which came later: then nothing automated is sent.
  return deliveredAtMs === null || deliveredAtMs <= standbyAtMs;
}

function isPerson(owner: Owner): boolean {
  const kind = ownerKind(owner);
  return kind === 'agent' || kind === 'phone';
}

function firstOf<One>(one: One | null, other: One | null, compare: (a: One, b: One) => number): One | null {
  if (one === null || other === null) return one ?? other;
  return compare(one, other) <= 0 ? one : other;
}

function maxOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
