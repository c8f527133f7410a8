import fc from 'fast-check';
import { judgeClaim } from '../../../domain/send/gate.decide';
import type { ClaimFacts } from '../../../domain/send/gate.decide';
import { applyStatus, isOnItsWay, isSeen, rankOfStatus } from '../../../domain/send/send.state';
import { AUTOMATED_SENDS, PAUSED_FOR_GOOD_MS, ownerKind } from '../../../domain/vocabulary';
import type { SendStatus } from '../../../domain/vocabulary';

const REPORTED: readonly SendStatus[] = ['accepted', 'sent', 'delivered', 'read', 'played', 'failed'];

describe('statuses', () => {
  it('end in the same state in any order, with any repetition', () => {
    const reports = fc.array(fc.constantFrom(...REPORTED), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        reports,
        reports,
        fc.constantFrom<SendStatus>('claimed', 'unconfirmed'),
        (seen, again, start) => {
          const inOrder = seen.reduce(applyStatus, start);
          const shuffled = [...seen].reverse().concat(again.filter((status) => seen.includes(status)));
          expect(shuffled.reduce(applyStatus, start)).toBe(inOrder);
        },
      ),
    );
  });

  it('never go back', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...REPORTED)), fc.constantFrom(...REPORTED), (seen, next) => {
        const state = seen.reduce(applyStatus, 'claimed');
        expect(rankOfStatus(applyStatus(state, next))).toBeGreaterThanOrEqual(rankOfStatus(state));
      }),
    );
  });

  it.each<[SendStatus, SendStatus, SendStatus]>([
    ['read', 'delivered', 'read'],
    ['sent', 'failed', 'failed'],
    ['failed', 'sent', 'failed'],
    ['failed', 'delivered', 'delivered'],
    ['delivered', 'failed', 'delivered'],
    ['unconfirmed', 'sent', 'sent'],
    ['unconfirmed', 'failed', 'failed'],
    ['accepted', 'unconfirmed', 'accepted'],
    ['sent', 'read', 'read'],
  ])('%s then %s is %s', (current, incoming, result) => {
    expect(applyStatus(current, incoming)).toBe(result);
  });

  it('tells what is on its way and what was seen', () => {
    expect(
      ['claimed', 'unconfirmed', 'failed', 'refused', 'recalled'].some((status) =>
        isOnItsWay(status as SendStatus),
      ),
    ).toBe(false);
    expect((['accepted', 'sent', 'delivered', 'read', 'played'] as const).every(isOnItsWay)).toBe(true);
    expect([isSeen('delivered'), isSeen('read'), isSeen('played')]).toEqual([false, true, true]);
  });
});

describe('the gate', () => {
  const facts: ClaimFacts = {
    kind: 'reply',
    status: 'planned',
    isTemplate: false,
    templateRefusal: null,
    author: 'automation',
    isScheduled: false,
    isApproved: false,
    nowMs: 1000,
    mode: 'live',
    isSwitchedOff: false,
    owner: 'automation',
    epochAtPreparation: 3,
    epochNow: 3,
    pausedUntilMs: null,
    isOptedOut: false,
    isUnreachable: false,
    overridesOptOut: false,
    isNeverAutomated: false,
    notBeforeMs: null,
    notAfterMs: null,
    windowClosesAtMs: 5000,
    hasUnread: false,
    hasNewerInbound: false,
    followUpsSinceInbound: 0,
    followUpsMax: 1,
  };
  const human: ClaimFacts = { ...facts, kind: 'human' };
  const stops: [Partial<ClaimFacts>, string, boolean][] = [
    [{ status: 'claimed' }, 'gate.status', true],
    [{ status: 'accepted' }, 'gate.status', true],
    [{ isOptedOut: true }, 'gate.opted_out', true],
    [{ windowClosesAtMs: 1000 }, 'gate.window', true],
    [{ windowClosesAtMs: null }, 'gate.window', true],
    [{ mode: 'observe' }, 'gate.mode', false],
    [{ mode: 'draft' }, 'gate.mode', false],
    [{ isNeverAutomated: true }, 'gate.never_automate', false],
    [{ owner: 'agent:anna' }, 'gate.owner', false],
    [{ owner: 'unassigned' }, 'gate.owner', false],
    [{ owner: 'phone' }, 'gate.owner', false],
    [{ epochNow: 4 }, 'gate.epoch', false],
    [{ pausedUntilMs: 1001 }, 'gate.paused', false],
    [{ pausedUntilMs: PAUSED_FOR_GOOD_MS }, 'gate.paused', false],
    [{ isUnreachable: true }, 'gate.unreachable', false],
    [{ hasNewerInbound: true }, 'gate.newer_message', false],
    [{ isSwitchedOff: true }, 'gate.switched_off', false],
    [{ notAfterMs: 999 }, 'gate.too_late', false],
  ];

  it('lets go what nothing speaks against', () => {
    expect(judgeClaim(facts)).toEqual({ kind: 'go' });
    expect(judgeClaim({ ...facts, pausedUntilMs: 1000 })).toEqual({ kind: 'go' });
  });

  it.each(stops)('refuses automation with %j: %s', (change, reasonCode) => {
    expect(judgeClaim({ ...facts, ...change })).toEqual({ kind: 'refuse', reasonCode });
  });

  it.each(stops)(
    'treats a person’s message with %j (%s) by status, opt-out and window only',
    (change, reasonCode, forAll) => {
      expect(judgeClaim({ ...human, ...change })).toEqual(
        forAll ? { kind: 'refuse', reasonCode } : { kind: 'go' },
      );
    },
  );

  it.each(stops)('treats what HubSpot ordered with %j as automation: %s', (change, reasonCode) => {
    const unattended = { ...human, author: 'agent:hubspot' };
    expect(judgeClaim(unattended)).toEqual({ kind: 'go' });
    expect(judgeClaim({ ...unattended, ...change })).toEqual({ kind: 'refuse', reasonCode });
  });

  it('waits for the earliest time and never caps replies', () => {
    expect(judgeClaim({ ...facts, notBeforeMs: 1200 })).toEqual({ kind: 'not_yet', atMs: 1200 });
    expect(judgeClaim({ ...facts, followUpsSinceInbound: 9 })).toEqual({ kind: 'go' });
  });

  it('lets what is held leave as what is planned, at its time', () => {
    expect(judgeClaim({ ...facts, status: 'held', notBeforeMs: 1200 })).toEqual({
      kind: 'not_yet',
      atMs: 1200,
    });
    expect(judgeClaim({ ...facts, status: 'held', notBeforeMs: 1000 })).toEqual({ kind: 'go' });
  });

  it('lets only a template leave outside the window', () => {
    for (const kind of ['human', 'reply'] as const)
      expect(judgeClaim({ ...facts, kind, windowClosesAtMs: null, isTemplate: true })).toEqual({
        kind: 'go',
      });
    expect(judgeClaim({ ...human, isTemplate: true, isOptedOut: true })).toMatchObject({ kind: 'refuse' });
  });

  it('judges a message that a person set for later at its time, not before', () => {
    const later = { ...human, isScheduled: true, author: 'agent:anna', notBeforeMs: 1200 };
    expect(judgeClaim({ ...later, windowClosesAtMs: null })).toEqual({ kind: 'not_yet', atMs: 1200 });
    const due = { ...later, nowMs: 1200 };
    expect(judgeClaim({ ...due, windowClosesAtMs: 1200 })).toMatchObject({ reasonCode: 'gate.window' });
    for (const owner of ['agent:anna', 'automation', 'unassigned'] as const)
      expect(judgeClaim({ ...due, owner })).toEqual({ kind: 'go' });
    for (const owner of ['agent:ben', 'phone'] as const)
      expect(judgeClaim({ ...due, owner })).toEqual({ kind: 'refuse', reasonCode: 'gate.other_agent' });
    expect(judgeClaim({ ...due, owner: 'agent:ben', isScheduled: false })).toEqual({ kind: 'go' });
  });

  it('lets an approved draft leave on a number in draft, through all other checks', () => {
    const approved = { ...facts, mode: 'draft', isApproved: true } as const;
    expect(judgeClaim(approved)).toEqual({ kind: 'go' });
    expect(judgeClaim({ ...approved, mode: 'observe' })).toMatchObject({ reasonCode: 'gate.mode' });
    expect(judgeClaim({ ...approved, hasNewerInbound: true })).toMatchObject({
      reasonCode: 'gate.newer_message',
    });
  });

  it('holds the cap for follow-ups and the owner for an assurance', () => {
    expect(judgeClaim({ ...facts, kind: 'follow_up', followUpsSinceInbound: 1 })).toEqual({
      kind: 'refuse',
      reasonCode: 'gate.cap',
    });
    expect(judgeClaim({ ...facts, kind: 'assurance' })).toEqual({ kind: 'refuse', reasonCode: 'gate.owner' });
    expect(judgeClaim({ ...facts, kind: 'assurance', owner: 'unassigned', hasNewerInbound: true })).toEqual({
      kind: 'go',
    });
  });

  it('exempts nothing but the confirmation of an opt-out from a block and from what nobody has read', () => {
    const kinds = AUTOMATED_SENDS.map((kind) => ({
      ...facts,
      kind,
      owner: kind === 'assurance' ? ('unassigned' as const) : facts.owner,
    }));
    const going = (change: Partial<ClaimFacts>) =>
      kinds.filter((one) => judgeClaim({ ...one, ...change }).kind === 'go').map(({ kind }) => kind);
    expect(going({ hasUnread: true, isOptedOut: true })).toEqual(['opt_out_confirmation']);
    expect(going({ isOptedOut: true })).toEqual(['opt_out_confirmation']);
    expect(going({ hasUnread: true })).toEqual([]);
  });

  it('lets no automated message go after an opt-out, a take-over or a newer message, whatever else holds', () => {
    const anyFacts = fc.record({
      kind: fc.constantFrom<ClaimFacts['kind']>('reply', 'follow_up', 'opt_out_question'),
      nowMs: fc.nat(6000),
      epochNow: fc.constantFrom(3, 4),
      isOptedOut: fc.boolean(),
      hasNewerInbound: fc.boolean(),
    });
    fc.assert(
      fc.property(anyFacts, (change) => {
        const isStopped = change.isOptedOut || change.epochNow !== 3 || change.hasNewerInbound;
        const outcome = judgeClaim({ ...facts, ...change });
        expect(isStopped && outcome.kind === 'go').toBe(false);
      }),
    );
  });
});

describe('the owner', () => {
  it('is told without the name of the agent', () => {
    expect(ownerKind('agent:anna')).toBe('agent');
    expect(ownerKind('unassigned')).toBe('unassigned');
  });
});
