import fc from 'fast-check';
import { isHandBackKeyword } from '../../../domain/owner/hand-back-keyword';
import { decideOwner } from '../../../domain/owner/owner.decide';
import type { OwnerInput } from '../../../domain/owner/owner.decide';
import { joinOwners } from '../../../domain/identity/join.decide';
import { handBackAfterSeconds } from '../../../domain/policy/policy';
import { ownerKind } from '../../../domain/vocabulary';
import type { Owner } from '../../../domain/vocabulary';
import { handBackAt } from '../../../activities/conversation/hand-back';

const base: OwnerInput = {
  report: 'echo',
  atMs: 1000,
  owner: 'automation',
  ownerAtMs: null,
  standbyAtMs: null,
  deliveredAtMs: null,
};

describe('who owns a conversation', () => {
  it.each<[string, Partial<OwnerInput>, string, string]>([
    ['an echo takes it from automation', {}, 'phone', 'owner.phone_echo'],
    ['an echo takes it from an agent', { owner: 'agent:anna', ownerAtMs: 999 }, 'phone', 'owner.phone_echo'],
    ['an echo takes it from Meta’s agent', { owner: 'meta', standbyAtMs: 2000 }, 'phone', 'owner.phone_echo'],
    ['an echo of the same moment takes it', { ownerAtMs: 1000 }, 'phone', 'owner.phone_echo'],
    ['an echo from before a command changes nothing', { ownerAtMs: 1001 }, 'keep', 'owner.older'],
    ['an echo while the phone has it changes nothing', { owner: 'phone' }, 'keep', 'owner.unchanged'],
    ['a standby takes it from automation', { report: 'standby', standbyAtMs: 1000 }, 'meta', 'owner.standby'],
    [
      'a standby takes it from nobody',
      { report: 'standby', standbyAtMs: 1000, owner: 'unassigned' },
      'meta',
      'owner.standby',
    ],
    [
      'a standby leaves a person the wheel',
      { report: 'standby', standbyAtMs: 1000, owner: 'agent:anna' },
      'keep',
      'owner.unchanged',
    ],
    [
      'a standby leaves the phone the wheel',
      { report: 'standby', standbyAtMs: 1000, owner: 'phone' },
      'keep',
      'owner.unchanged',
    ],
    [
      'a standby from before a hand-back changes nothing',
      { report: 'standby', standbyAtMs: 1000, ownerAtMs: 1001 },
      'keep',
      'owner.unchanged',
    ],
    [
      'a standby from before a delivery changes nothing',
      { report: 'standby', standbyAtMs: 1000, deliveredAtMs: 1001 },
      'keep',
      'owner.unchanged',
    ],
    [
      'a standby and a delivery of one moment: nothing automated',
      { report: 'standby', standbyAtMs: 1000, deliveredAtMs: 1000 },
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
      'a delivery from before the standby ends nothing',
      { report: 'delivery', owner: 'meta', standbyAtMs: 1000, deliveredAtMs: 999 },
      'keep',
      'owner.unchanged',
    ],
    [
      'a delivery leaves a person the wheel',
      { report: 'delivery', owner: 'phone', deliveredAtMs: 1001 },
      'keep',
      'owner.unchanged',
    ],
  ])('%s', (...[, change, verdict, reasonCode]) => {
    expect(decideOwner({ ...base, ...change })).toMatchObject({ kind: 'owner', verdict, reasonCode });
  });

  it('of two conversations that are one: the newest thing that people did holds', () => {
    const phone = { owner: 'phone', ownerAtMs: 1000 } as const;
    expect(joinOwners(phone, { owner: 'automation', ownerAtMs: 1001 })).toBe('automation');
    expect(joinOwners({ owner: 'automation', ownerAtMs: 999 }, phone)).toBe('phone');
    expect(joinOwners({ owner: 'automation', ownerAtMs: null }, phone)).toBe('phone');
    expect(joinOwners(phone, { owner: 'automation', ownerAtMs: null })).toBe('phone');
  });

  it('of two conversations that are one: a person has the wheel unless people gave it away later, whichever goes on', () => {
    const owner = fc.constantFrom<Owner>(
      'automation',
      'unassigned',
      'meta',
      'phone',
      'agent:anna',
      'agent:ben',
    );
    const owned = fc.record({ owner, ownerAtMs: fc.option(fc.integer({ min: 1, max: 3 })) });
    const isPerson = (one: Owner): boolean => ['phone', 'agent'].includes(ownerKind(one));
    fc.assert(
      fc.property(owned, owned, (one, other) => {
        const joined = joinOwners(one, other);
        expect(joinOwners(other, one)).toBe(joined);
        expect([one.owner, other.owner]).toContain(joined);
        const isGivenAway = (person: typeof one, later: typeof one): boolean =>
          person.ownerAtMs !== null && later.ownerAtMs !== null && later.ownerAtMs > person.ownerAtMs;
        expect(isPerson(joined) || !isPerson(one.owner) || isGivenAway(one, other)).toBe(true);
      }),
    );
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
