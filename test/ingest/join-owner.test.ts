import { at, bodyOf, change, message, messages } from './bodies';
import { activateShippedPolicy } from './policy';
import { PHONE, USER } from './two-people';
import { useWorld } from './world';
import { groundOwners } from './ground-owner';

const world = useWorld();
beforeAll(() => activateShippedPolicy(world.pool));

const OURS = '12025550100';
/** The things that may happen to somebody known by a phone here and by a user id there, each under its name. */
const HAPPENS = {
  standby: change({ messages: [message({ id: 'wamid.s', from: PHONE, timestamp: at(10) })] }, 'standby'),
  echo: change(
    { message_echoes: [message({ id: 'wamid.e', from: OURS, to_user_id: USER, timestamp: at(20) })] },
    'smb_message_echoes',
  ),
  earlyEcho: change(
    { message_echoes: [message({ id: 'wamid.f', from: OURS, to_user_id: USER, timestamp: at(5) })] },
    'smb_message_echoes',
  ),
  word: change(
    {
      message_echoes: [
        message({ id: 'wamid.w', from: OURS, to: PHONE, timestamp: at(30), text: { body: '#bot' } }),
      ],
    },
    'smb_message_echoes',
  ),
  both: change({
    messages: [message({ id: 'wamid.b', from: PHONE, from_user_id: USER, timestamp: at(15) })],
  }),
};
type Name = keyof typeof HAPPENS;

function ordersOf(names: readonly Name[]): Name[][] {
  if (names.length === 0) return [[]];
  return names.flatMap((one) =>
    ordersOf(names.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  );
}

describe('who has the wheel of a joined conversation', () => {
  it.each<[Name[], string]>([
    [['standby', 'echo', 'both'], 'phone'],
    [['standby', 'earlyEcho', 'both'], 'phone'],
    [['echo', 'word', 'both'], 'automation'],
    [['standby', 'echo', 'word', 'both'], 'automation'],
    [['standby', 'both'], 'automation'],
  ])('is told by what happened, in whatever order it arrives: %j', async (names, owner) => {
    for (const order of ordersOf(names)) {
      await world.empty();
      for (const name of order) await world.take(bodyOf(HAPPENS[name]));
      const found = await world.rows('select owner from conversation where merged_into is null');
      expect({ order, found }).toEqual({ order, found: [{ owner }] });
    }
  });

  it('is the agent who has one of them, not Meta’s agent', async () => {
    await world.take(bodyOf(HAPPENS.standby));
    await world.take(messages(message({ from_user_id: USER, timestamp: at(2) })));
    await world.pool.query(
      `update conversation set owner = 'agent:anna', owner_at = now() where owner <> 'meta'`,
    );
    await groundOwners(world.pool);
    await world.take(bodyOf(HAPPENS.both));
    expect(await world.rows('select owner from conversation where merged_into is null')).toEqual([
      { owner: 'agent:anna' },
    ]);
  });
});
