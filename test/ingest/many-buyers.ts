import fc from 'fast-check';
import { at, bodyOf, change, identityChange, message } from './bodies';
import type { Json } from './bodies';
import { OURS } from './owner-world';

/** Four buyers who are one person, each known by something else so far; the last by a user id that was changed. */
const BUYERS = {
  phone: { in: { from: '447700900611' }, out: { to: '447700900611' } },
  user: { in: { from_user_id: 'GB.611' }, out: { to_user_id: 'GB.611' } },
  parent: { in: { from_parent_user_id: 'GB.ENT.611' }, out: { to_parent_user_id: 'GB.ENT.611' } },
  former: { in: { from_user_id: 'GB.610' }, out: { to_user_id: 'GB.610' } },
} as const;
export type BuyerName = keyof typeof BUYERS;
const BUYER_NAMES = Object.keys(BUYERS) as BuyerName[];

/** What names a buyer as a row of `buyer_identity`. */
export const identityOf = (name: BuyerName): string => Object.values(BUYERS[name].in).join('');

/** What WhatsApp tells about a buyer, at a second that is its own among all. */
type Webhook = {
  readonly kind: 'asks' | 'complains' | 'standby' | 'echo' | 'word';
  readonly who: BuyerName;
  readonly seconds: number;
};
/** What people and the workflow do, at their place between the webhooks. */
export type Order = {
  readonly kind: 'take_over' | 'hand_back' | 'pause' | 'resume' | 'turn';
  readonly who: BuyerName;
  readonly agent: 'anna' | 'ben';
  readonly untilDay: number;
};

/** Webhooks that come in any order, and then orders in their own. */
export type Phase = { readonly webhooks: readonly Json[]; readonly orders: readonly Order[] };

const someone = (count: number) => fc.constantFrom(...BUYER_NAMES.slice(0, count));

const order = (count: number): fc.Arbitrary<Order> =>
  fc.record({
    kind: fc.constantFrom(
      'take_over',
      'take_over',
      'hand_back',
      'hand_back',
      'pause',
      'resume',
      'turn',
      'turn',
    ),
    who: someone(count),
    agent: fc.constantFrom('anna', 'ben'),
    untilDay: fc.integer({ min: 1, max: 3 }),
  });

const webhook = (count: number) =>
  fc.record({
    kind: fc.constantFrom<Webhook['kind']>('asks', 'complains', 'standby', 'echo', 'echo', 'word'),
    who: someone(count),
    phase: fc.integer({ min: 0, max: 2 }),
  });

function bodyOfWebhook({ kind, who, seconds }: Webhook): Json {
  const id = `wamid.${kind}.${seconds}`;
  if (kind === 'echo' || kind === 'word')
    return bodyOf(
      change(
        {
          message_echoes: [
            message({
              id,
              from: OURS,
              ...BUYERS[who].out,
              timestamp: at(seconds),
              text: { body: kind === 'word' ? '#bot' : 'We have oak.' },
            }),
          ],
        },
        'smb_message_echoes',
      ),
    );
  const body = kind === 'complains' ? 'This is a complaint, I want a refund' : 'Do you have oak?';
  const said = message({
    id,
    ...BUYERS[who].in,
    timestamp: at(seconds),
    text: { body },
  });
  return bodyOf(change({ messages: [said] }, kind === 'standby' ? 'standby' : 'messages'));
}

/** That prove them to be one person; each about two. */
const PROOFS: readonly Json[] = [
  bodyOf(
    change({
      messages: [
        message({
          id: 'wamid.proof.1',
          ...BUYERS.phone.in,
          ...BUYERS.user.in,
          timestamp: at(901),
        }),
      ],
    }),
  ),
  bodyOf(
    change({
      messages: [
        message({ id: 'wamid.proof.2', ...BUYERS.user.in, ...BUYERS.parent.in, timestamp: at(902) }),
      ],
    }),
  ),
  bodyOf(
    change({
      messages: [
        identityChange(
          {
            type: 'user_changed_user_id',
            user_id: BUYERS.user.in.from_user_id,
            previous_user_id: BUYERS.former.in.from_user_id,
          },
          { id: 'wamid.proof.3', timestamp: at(900) },
        ),
      ],
    }),
  ),
];

/** Two to four buyers, what happens to them in three phases, and the proofs that they are one, each in some phase. */
export const phases: fc.Arbitrary<readonly Phase[]> = fc.integer({ min: 2, max: 4 }).chain((count) =>
  fc
    .record({
      told: fc.array(webhook(count), { minLength: 2, maxLength: 7, size: 'max' }),
      orders: fc.tuple(...[0, 1, 2].map(() => fc.array(order(count), { maxLength: 3, size: 'max' }))),
      provenIn: fc.tuple(...PROOFS.map(() => fc.integer({ min: 0, max: 3 }))),
      times: fc.shuffledSubarray(
        Array.from({ length: 7 }, (_, index) => 100 * (index + 1)),
        { minLength: 7, maxLength: 7 },
      ),
    })
    .map(({ told, orders, provenIn, times }) => {
      const first = BUYER_NAMES.slice(0, count).map((who, index) =>
        bodyOfWebhook({ kind: 'asks', who, seconds: index + 1 }),
      );
      const proofs = PROOFS.slice(0, count - 1).map((body, index) => ({ body, phase: provenIn[index] ?? 3 }));
      const all = told.map(({ phase, ...one }, index) => ({
        body: bodyOfWebhook({ ...one, seconds: times[index] ?? 1 }),
        phase: phase + 1,
      }));
      const during = [0, 1, 2, 3].map((phase): Phase => ({
        webhooks: [...all, ...proofs.map((one) => ({ ...one, phase: one.phase + 1 }))]
          .filter((one) => one.phase === phase)
          .map(({ body }) => body),
        orders: phase === 0 ? [] : (orders[phase - 1] ?? []),
      }));
      return [
        { webhooks: first, orders: [] },
        ...during.slice(1),
        { webhooks: proofs.filter(({ phase }) => phase === 3).map(({ body }) => body), orders: [] },
      ];
    }),
);
