import fc from 'fast-check';
import { isHandBackKeyword } from '../../../domain/owner/hand-back-keyword';
import { decideOwner } from '../../../domain/owner/owner.decide';
import type { OwnerInput } from '../../../domain/owner/owner.decide';
import { joinDeeds, ownerOf } from '../../../domain/owner/wheel';
import type { Deeds } from '../../../domain/owner/wheel';
import { handBackAfterSeconds } from '../../../domain/policy/policy';
import { ownerKind } from '../../../domain/vocabulary';
import type { Owner } from '../../../domain/vocabulary';
import { handBackAt } from '../../../activities/conversation/hand-back';

const wrote = (atMs: number) => ({ atMs, isBack: false });
const gaveBack = (atMs: number) => ({ atMs, isBack: true });
const ordered = (atMs: number, owner: Owner = 'automation') => ({ owner, atMs });
const nothing = {
  ordered: null,
  onPhone: null,
  unassignedAtMs: null,
  standbyAtMs: null,
  deliveredAtMs: null,
};
const base: OwnerInput = { ...nothing, report: 'echo', atMs: 1000, owner: 'automation' };
const echo = { onPhone: wrote(1000) };
const standby = { report: 'standby', standbyAtMs: 1000 } as const;

describe('who owns a conversation', () => {
  it.each<[string, Partial<OwnerInput>, string, string]>([
    ['an echo takes it from automation', echo, 'phone', 'owner.phone_echo'],
    [
      'an echo takes it from an agent',
      { ...echo, owner: 'agent:anna', ordered: ordered(999, 'agent:anna') },
      'phone',
      'owner.phone_echo',
    ],
    [
      'an echo takes it from Meta’s agent',
      { ...echo, owner: 'meta', standbyAtMs: 2000 },
      'phone',
      'owner.phone_echo',
    ],
    [
      'an echo takes what waits for a person',
      { ...echo, owner: 'unassigned', unassignedAtMs: 2000 },
      'phone',
      'owner.phone_echo',
    ],
    ['an echo of the same moment takes it', { ...echo, ordered: ordered(1000) }, 'phone', 'owner.phone_echo'],
    [
      'an echo from before a command changes nothing',
      { ...echo, ordered: ordered(1001) },
      'keep',
      'owner.older',
    ],
    ['an echo from before a word changes nothing', { onPhone: gaveBack(1001) }, 'keep', 'owner.older'],
    [
      'an echo while the phone has it changes nothing',
      { ...echo, owner: 'phone' },
      'keep',
      'owner.unchanged',
    ],
    [
      'an echo that answers what waited, and is older than an order, leaves it to automation',
      { ...echo, owner: 'unassigned', unassignedAtMs: 999, ordered: ordered(2000) },
      'automation',
      'owner.answered',
    ],
    ['a standby takes it from automation', standby, 'meta', 'owner.standby'],
    ['a standby takes it from nobody', { ...standby, owner: 'unassigned' }, 'meta', 'owner.standby'],
    [
      'a standby leaves a person the wheel',
      { ...standby, owner: 'agent:anna', ordered: ordered(1, 'agent:anna') },
      'keep',
      'owner.unchanged',
    ],
    [
      'a standby leaves the phone the wheel',
      { ...standby, owner: 'phone', onPhone: wrote(1) },
      'keep',
      'owner.unchanged',
    ],
    [
      'a standby from before a hand-back changes nothing',
      { ...standby, ordered: ordered(1001) },
      'keep',
      'owner.unchanged',
    ],
    [
      'a standby from before a delivery changes nothing',
      { ...standby, deliveredAtMs: 1001 },
      'keep',
      'owner.unchanged',
    ],
    [
      'a standby and a delivery of one moment: nothing automated',
      { ...standby, deliveredAtMs: 1000 },
      'meta',
      'owner.standby',
    ],
    [
      'a delivery ends what Meta’s agent had',
      { report: 'delivery', owner: 'meta', standbyAtMs: 1000, deliveredAtMs: 1001 },
      'automation',
      'owner.meta_ended',
    ],
    [
      'a delivery that ends what Meta’s agent had leaves it to the people who were asked',
      { report: 'delivery', owner: 'meta', standbyAtMs: 1000, deliveredAtMs: 1001, unassignedAtMs: 1 },
      'unassigned',
      'owner.meta_ended',
    ],
    [
      'a delivery from before the standby ends nothing',
      { report: 'delivery', owner: 'meta', standbyAtMs: 1000, deliveredAtMs: 999 },
      'keep',
      'owner.unchanged',
    ],
    [
      'a delivery leaves a person the wheel',
      { report: 'delivery', owner: 'phone', onPhone: wrote(1), deliveredAtMs: 1001 },
      'keep',
      'owner.unchanged',
    ],
    [
      'what was our own message gives it back to the agent',
      { report: 'own_echo', owner: 'phone', ordered: ordered(1, 'agent:anna') },
      'agent',
      'owner.own_echo',
    ],
    [
      'a word leaves to people what came after it',
      { report: 'standby', owner: 'automation', onPhone: gaveBack(1000), unassignedAtMs: 1001 },
      'unassigned',
      'owner.unanswered',
    ],
    [
      'what went over takes along who had it',
      { report: 'moved', owner: 'phone', onPhone: null, unassignedAtMs: 1 },
      'unassigned',
      'identity.moved',
    ],
  ])('%s', (...[, change, verdict, reasonCode]) => {
    expect(decideOwner({ ...base, ...change })).toMatchObject({ kind: 'owner', verdict, reasonCode });
  });
});

describe('conversations that are one', () => {
  const atMs = fc.integer({ min: 1, max: 4 });
  const deeds: fc.Arbitrary<Deeds> = fc.record({
    ordered: fc.option(
      fc.record({ owner: fc.constantFrom<Owner>('automation', 'phone', 'agent:anna', 'agent:ben'), atMs }),
    ),
    onPhone: fc.option(fc.record({ atMs, isBack: fc.boolean() })),
    unassignedAtMs: fc.option(atMs),
  });
  const alone = (one: Deeds): Owner => ownerOf({ ...nothing, ...one });
  const isPerson = (owner: Owner): boolean => ['phone', 'agent'].includes(ownerKind(owner));

  it('keep the same deeds, in whatever order they are joined', () => {
    fc.assert(
      fc.property(deeds, deeds, deeds, (one, two, three) => {
        expect(joinDeeds(two, one)).toEqual(joinDeeds(one, two));
        expect(joinDeeds(joinDeeds(one, two), three)).toEqual(joinDeeds(one, joinDeeds(two, three)));
        expect(joinDeeds(one, one)).toEqual(one);
      }),
      { numRuns: 2000 },
    );
  });

  it('stay with a person unless somebody gave them back on the phone', () => {
    fc.assert(
      fc.property(deeds, deeds, (one, other) => {
        const isBack = one.onPhone?.isBack === true || other.onPhone?.isBack === true;
        const isAgents = one.ordered !== null && isPerson(one.ordered.owner);
        expect(isPerson(alone(joinDeeds(one, other))) || isBack || !isAgents).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('stay with the agent of one of them whatever was ordered about the other', () => {
    const anna = { ...nothing, ordered: ordered(1, 'agent:anna') };
    expect(alone(joinDeeds(anna, { ...nothing, ordered: ordered(2) }))).toBe('agent:anna');
    expect(alone(joinDeeds(anna, { ...nothing, onPhone: gaveBack(2) }))).toBe('automation');
  });

  it('wait for a person as one of them did, unless the phone has answered', () => {
    const waits = { ...nothing, unassignedAtMs: 2 };
    expect(alone(joinDeeds(waits, { ...nothing, ordered: ordered(3) }))).toBe('unassigned');
    expect(alone(joinDeeds(waits, { ...nothing, onPhone: gaveBack(1) }))).toBe('unassigned');
    expect(alone(joinDeeds(waits, { ...nothing, onPhone: gaveBack(3) }))).toBe('automation');
  });
});

describe('a word that gives back', () => {
  it.each([
    ['#bot', true],
    ['  #BOT\n', true],
    ['#bot please', false],
    ['bot', false],
    ['', false],
    [null, false],
  ])('%j', (text, is) => {
    expect(isHandBackKeyword(text, ['#bot', 'Über'])).toBe(is);
  });

  it('is the same in both forms of an accent', () => {
    expect(isHandBackKeyword('u\u0308ber', ['Über'])).toBe(true);
  });
});

describe('the time-out', () => {
  const human = { hand_back_after_seconds: 10, phone_hand_back_after_seconds: 60 };

  it('of the phone is its own, and that of agents where there is none', () => {
    expect(handBackAfterSeconds(human, 'phone')).toBe(60);
    expect(handBackAfterSeconds(human, 'agent')).toBe(10);
    expect(handBackAfterSeconds({ hand_back_after_seconds: 10 }, 'phone')).toBe(10);
    expect(handBackAfterSeconds({ ...human, phone_hand_back_after_seconds: null }, 'phone')).toBeNull();
  });

  it('counts from the last thing that anybody did', () => {
    const times = { ownerSinceMs: 1, ownerAtMs: 3, lastActivityAtMs: 2 };
    expect(handBackAt({ ...times, owner: 'phone' }, human)).toBe(60_003);
    expect(handBackAt({ ...times, owner: 'agent:anna', ownerAtMs: null }, human)).toBe(10_002);
    for (const owner of ['automation', 'meta', 'unassigned'] as const)
      expect(handBackAt({ ...times, owner }, human)).toBeNull();
  });
});
