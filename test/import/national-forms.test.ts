import { readAddress } from '../../store/send-queue.store';
import { at, bodyOf, change, identityChange, message, messages } from '../ingest/bodies';
import { useWorld } from '../ingest/world';
import { useExports } from './exports';

const world = useWorld();
const exports_ = useExports(world);

/** As people write the number, and the two forms in which WhatsApp may give it. */
const NUMBERS = [
  { country: 'Brazil', dialled: '+55 11 98765-4321', one: '5511987654321', other: '551187654321' },
  { country: 'Mexico', dialled: '+52 55 1234 5678', one: '525512345678', other: '5215512345678' },
  { country: 'Argentina', dialled: '+54 11 2345-6789', one: '541123456789', other: '5491123456789' },
];

const written = (from: string, seconds: number, more: object = {}) =>
  world.take(messages(message({ id: `wamid.${from}.${seconds}`, from, timestamp: at(seconds), ...more })));
const importLine = (phone: string) =>
  exports_.take(
    exports_.write(
      'past.csv',
      `phone,direction,time,text\n"${phone}",in,2026-03-02T10:00:00Z,"Do you have oak?"`,
    ),
  );
const buyers = () => world.rows<{ id: string }>('select id from buyer where joined_into is null');
const conversations = () => world.rows('select 1 from conversation where merged_into is null');
const address = async () => (await readAddress(world.pool, (await buyers())[0]?.id ?? '')).waId;

describe.each(NUMBERS)('a number of $country in several national forms', ({ dialled, one, other }) => {
  it.each([
    ['the one', one, other],
    ['the other', other, one],
  ])('is one person: first %s', async (_which, first, second) => {
    await written(first, 1);
    await written(second, 2);
    expect([await buyers(), await conversations()].map((rows) => rows.length)).toEqual([1, 1]);
    expect(await address()).toBe(second);
  });

  it.each([
    ['the one', one],
    ['the other', other],
  ])(
    'is one person in an export before and after: WhatsApp gives %s, and that is written to',
    async (_which, form) => {
      await importLine(dialled);
      await written(form, 1);
      expect([await buyers(), await conversations()].map((rows) => rows.length)).toEqual([1, 1]);
      expect(await address()).toBe(form);
      await world.empty();
      await written(form, 1);
      await importLine(dialled);
      expect([await buyers(), await conversations()].map((rows) => rows.length)).toEqual([1, 1]);
      expect(await address()).toBe(form);
    },
  );

  it('is one person when both come at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      await world.empty();
      await Promise.all([one, other, one, other].map((form, index) => written(form, index)));
      expect([await buyers(), await conversations()].map((rows) => rows.length)).toEqual([1, 1]);
      expect(await world.rows('select 1 from message')).toHaveLength(4);
    }
  });

  it('leads to the same person by an echo, a choice and the past', async () => {
    await written(one, 1, { from_user_id: 'BR.1' });
    const said = message({ id: 'wamid.e', from: '12025550100', to: other, timestamp: at(2) });
    await world.take(bodyOf(change({ message_echoes: [said] }, 'smb_message_echoes')));
    await world.take(
      bodyOf(
        change({ user_preferences: [{ wa_id: other, value: 'stop', timestamp: at(3) }] }, 'user_preferences'),
      ),
    );
    await world.take(
      bodyOf(
        change(
          {
            history: [{ threads: [{ id: other, messages: [message({ from: other, timestamp: at(-5) })] }] }],
          },
          'history',
        ),
      ),
    );
    expect(await buyers()).toHaveLength(1);
    expect(
      await world.rows('select owner, opted_out_at is not null as "isOut" from conversation, buyer'),
    ).toEqual([{ owner: 'phone', isOut: true }]);
  });

  it('joins whoever is known by the user id and whoever is known by the other form', async () => {
    await written(one, 1);
    await world.take(messages(message({ from_user_id: 'BR.1', timestamp: at(2) })));
    await written(other, 3, { from_user_id: 'BR.1' });
    expect([await buyers(), await conversations()].map((rows) => rows.length)).toEqual([1, 1]);
  });

  it('is two people where the user ids say so, and what names one form alone goes to whoever has that form', async () => {
    await written(one, 1, { from_user_id: 'BR.1' });
    await written(other, 2, { from_user_id: 'BR.2' });
    expect(await buyers()).toHaveLength(2);
    await written(one, 3);
    await written(other, 4);
    expect(
      await world.rows(
        `select array_agg(message.sent_at order by message.sent_at) as at, count(*)::int as count from message group by conversation_id`,
      ),
    ).toMatchObject([{ count: 2 }, { count: 2 }]);
    expect(await buyers()).toHaveLength(2);
  });

  it('is given up in all forms when a change of number is reported in one of them', async () => {
    await written(one, 1);
    const moved = { type: 'user_changed_number', wa_id: '447700900888' };
    await world.take(messages(identityChange(moved, { from: other, timestamp: at(10) })));
    expect(await buyers()).toHaveLength(1);
    expect(await address()).toBe('447700900888');
    await written(one, 20);
    await written(other, 21);
    expect(await buyers()).toHaveLength(2);
  });
});
