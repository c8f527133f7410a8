import fc from 'fast-check';
import { UNWATCHED_SENDS, PAUSED_FOR_GOOD_MS } from '../../domain/vocabulary';
import { decideCommand } from '../../store/commands/command.decide';
import { raisesEpoch } from '../../store/commands/command.effects';
import type { CommandOrder, ConversationControl } from '../../store/commands/command.types';

const NOW_MS = 1_800_000_000_000;
const DAY_MS = 86_400_000;
const MOMENT = { actor: 'anna', nowMs: NOW_MS };

const CONTROL: ConversationControl = {
  id: 'c',
  buyerId: 'b',
  owner: 'automation',
  pausedUntilMs: null,
  epoch: 7,
  routeOverride: null,
  followUpRule: null,
  needsHuman: false,
  reasonCode: null,
  hasOpenEpisode: true,
  windowClosesAtMs: NOW_MS + DAY_MS - 1_000,
  template: null,
  isOptedOut: false,
  hasPlannedFollowUp: true,
  hasPlannedReply: true,
  targetSend: null,
  named: { repliesTo: null, reactsTo: null },
};

const MESSAGE: CommandOrder = {
  kind: 'send_message',
  arguments: { message: { type: 'text', text: { body: 'Hello' } } },
};

const ORDERS: readonly CommandOrder[] = [
  { kind: 'take_over', arguments: {} },
  { kind: 'take_over', arguments: { force: true } },
  { kind: 'hand_back', arguments: {} },
  { kind: 'pause', arguments: { forever: true } },
  { kind: 'pause', arguments: { until: new Date(NOW_MS + DAY_MS).toISOString() } },
  { kind: 'pause', arguments: { until: 'never' } },
  { kind: 'resume', arguments: {} },
  { kind: 'override_route', arguments: { route: 'human' } },
  { kind: 'change_follow_up_rule', arguments: { rule: null } },
  MESSAGE,
  { kind: 'skip_follow_up', arguments: {} },
  { kind: 'close', arguments: {} },
];

const controls = fc.record<ConversationControl>({
  id: fc.constant('c'),
  buyerId: fc.constant('b'),
  owner: fc.constantFrom('automation', 'phone', 'meta', 'unassigned', 'agent:anna', 'agent:ben'),
  pausedUntilMs: fc.constantFrom(null, NOW_MS - 1, NOW_MS, NOW_MS + 1, PAUSED_FOR_GOOD_MS),
  epoch: fc.nat(),
  routeOverride: fc.constantFrom(null, 'automation', 'human'),
  followUpRule: fc.constant(null),
  needsHuman: fc.boolean(),
  reasonCode: fc.constant(null),
  hasOpenEpisode: fc.boolean(),
  windowClosesAtMs: fc.constantFrom(null, NOW_MS, NOW_MS + 1),
  template: fc.constant(null),
  isOptedOut: fc.boolean(),
  hasPlannedFollowUp: fc.boolean(),
  hasPlannedReply: fc.boolean(),
  targetSend: fc.constant(null),
  named: fc.constant({ repliesTo: null, reactsTo: null }),
});

test('whatever takes the wheel from automation or silences it recalls everything automated', () => {
  fc.assert(
    fc.property(controls, fc.constantFrom(...ORDERS), (control, order) => {
      const verdict = decideCommand(control, MOMENT, order);
      if (verdict.kind === 'refused' || !raisesEpoch(control, verdict.effects)) return;
      if (order.kind === 'hand_back' || order.kind === 'resume') return;
      expect(verdict.effects.recalls).toEqual(UNWATCHED_SENDS);
    }),
  );
});

test('nobody takes another agent’s conversation without force', () => {
  fc.assert(
    fc.property(controls, fc.constantFrom(...ORDERS), (control, order) => {
      const verdict = decideCommand({ ...control, owner: 'agent:ben' }, MOMENT, order);
      const isForced = order.kind === 'take_over' && order.arguments.force === true;
      const owner = verdict.kind === 'done' ? verdict.effects.owner : undefined;
      expect(owner === 'agent:anna').toBe(isForced);
    }),
  );
});

test('only a human’s word plans a message, and only inside the window', () => {
  fc.assert(
    fc.property(controls, fc.constantFrom(...ORDERS), (control, order) => {
      const verdict = decideCommand(control, MOMENT, order);
      if (verdict.kind === 'refused' || verdict.effects.sends === undefined) return;
      expect(order.kind).toBe('send_message');
      expect(control.windowClosesAtMs).toBeGreaterThan(NOW_MS);
      expect(control.isOptedOut).toBe(false);
    }),
  );
});

test.each([
  ['when the window closes', NOW_MS, 'refused'],
  ['one millisecond before', NOW_MS + 1, 'done'],
  ['when no window ever opened', null, 'refused'],
] as const)('writing %s is %s', (_name, windowClosesAtMs, kind) => {
  expect(decideCommand({ ...CONTROL, windowClosesAtMs }, MOMENT, MESSAGE).kind).toBe(kind);
});

test.each([
  ['now', NOW_MS, 'refused'],
  ['in a millisecond', NOW_MS + 1, 'done'],
] as const)('a pause that ends %s is %s', (_name, untilMs, kind) => {
  const until = new Date(untilMs).toISOString();
  expect(decideCommand(CONTROL, MOMENT, { kind: 'pause', arguments: { until } }).kind).toBe(kind);
});
