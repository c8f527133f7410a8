import { assignLines } from '../../api/ingest/assign-lines';
import { at, bodyOf, change, message, NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { activateShippedPolicy } from './policy';
import { useWorld } from './world';

const BUYER = '447700900144';

const world = useWorld();

const OURS = message({
  id: 'wamid.ours',
  from: '12025550100',
  to: BUYER,
  timestamp: at(10),
  text: { body: 'Yes.' },
});
const TAKEN_BACK = message({
  id: 'wamid.ours',
  from: '12025550100',
  to: BUYER,
  timestamp: at(20),
  type: 'revoke',
  text: undefined,
  revoke: { original_message_id: 'wamid.other' },
});
const inHistory = (item: Json) =>
  bodyOf(change({ history: [{ threads: [{ id: BUYER, messages: [item] }] }] }, 'history'));
const echoed = (item: Json) => bodyOf(change({ message_echoes: [item] }, 'smb_message_echoes'));
const listened = (item: Json) => bodyOf(change({ message_echoes: [item] }, 'standby'));

type Source = 'echo' | 'standby' | 'history' | 'export';
const DOORS: Record<Source, (item: Json) => Promise<unknown>> = {
  echo: (item) => world.take(echoed(item)),
  standby: (item) => world.take(listened(item)),
  history: (item) => world.take(inHistory(item)),
  export: () =>
    assignLines(world.pool, [
      {
        id: 'wamid.ours',
        phoneNumberId: NUMBER_ID,
        identifiers: [{ kind: 'wa_id', value: BUYER }],
        direction: 'outbound',
        sentAtMs: Number(at(10)) * 1000,
        type: 'text',
        text: 'Yes.',
        agent: 'ben',
        name: null,
      },
    ]),
};

function ordersOf(sources: readonly Source[]): Source[][] {
  if (sources.length < 2) return [[...sources]];
  return sources.flatMap((first) =>
    ordersOf(sources.filter((one) => one !== first)).map((rest) => [first, ...rest]),
  );
}

/** Whoever tells most about the author is believed, whatever came first. */
const RANKED: readonly { readonly sources: readonly Source[]; readonly author: string }[] = [
  { sources: ['export', 'echo', 'standby', 'history'], author: 'agent:ben' },
  { sources: ['echo', 'standby', 'history'], author: 'agent:anna' },
  { sources: ['standby', 'history'], author: 'meta' },
  { sources: ['history'], author: 'phone' },
];
const CASES = RANKED.flatMap(({ sources, author }) => ordersOf(sources).map((order) => ({ order, author })));

it.each(CASES)('a message of ours that came by $order was written by $author', async ({ order, author }) => {
  await activateShippedPolicy(world.pool, [
    [/^ {2}#\s+phone_agents: .*$/m, `  phone_agents: { "${NUMBER_ID}": anna }`],
  ]);
  for (const source of order) await DOORS[source](OURS);
  expect(await world.rows('select author from message')).toEqual([{ author }]);
});

it.each(
  ordersOf(['echo', 'standby', 'history'])
    .concat(ordersOf(['standby', 'history']))
    .map((order) => ({ order })),
)('what was done by us and came by $order names who did it', async ({ order }) => {
  for (const source of order) await DOORS[source](TAKEN_BACK);
  expect(await world.rows('select author from message_event')).toEqual([
    { author: order.includes('echo') ? 'phone' : 'meta' },
  ]);
});
