import { at, bodyOf, change } from './bodies';
import { useWorld } from './world';

const world = useWorld();

it.each(['stop', 'STOP', ' Stop '])(
  'a choice in WhatsApp not to be written to holds however it is written: "%s"',
  async (value) => {
    const choice = { wa_id: '447700900155', category: 'marketing_messages', value, timestamp: at(5) };
    await world.take(bodyOf(change({ user_preferences: [choice] }, 'user_preferences')));
    expect(await world.rows('select opted_out_at is not null as "isOptedOut" from buyer')).toEqual([
      { isOptedOut: true },
    ]);
  },
);
