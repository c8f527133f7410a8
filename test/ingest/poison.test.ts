import { understandMessage } from '../../domain/understanding/message.understand';
import { bodyOf, change, message, messages, NUMBER_ID } from './bodies';
import { useWorld } from './world';

const BUYER = '447700900501';

const world = useWorld();

const kinds = () =>
  world.rows<{ kind: string; pointer: string }>('select kind, pointer from webhook_item order by pointer');

describe('what is broken takes nothing else along', () => {
  it('a broken entry is kept, and the entries beside it go through', async () => {
    const [good] = (messages(message({ from: BUYER })) as { entry: unknown[] }).entry;
    await world.take({ object: 'whatsapp_business_account', entry: [null, 7, good] });
    expect(await kinds()).toEqual([
      { kind: 'unknown', pointer: '/entry/0' },
      { kind: 'unknown', pointer: '/entry/1' },
      { kind: 'message', pointer: '/entry/2/changes/0/value/messages/0' },
    ]);
  });

  it.each(['statuses', 'errors', 'message_echoes', 'calls'])(
    'a list of another form or field (%s) is kept beside the messages',
    async (name) => {
      await world.take(bodyOf(change({ messages: [message({ from: BUYER })], [name]: { odd: true } })));
      expect(await kinds()).toEqual(
        [
          { kind: 'message', pointer: '/entry/0/changes/0/value/messages/0' },
          { kind: 'unknown', pointer: `/entry/0/changes/0/value/${name}` },
        ].sort((a, b) => a.pointer.localeCompare(b.pointer)),
      );
    },
  );
});

it.each<[unknown]>([['+447700900501'], [447_700_900_501]])(
  'a sender written as %j is the same buyer',
  async (from) => {
    await world.take(messages(message({ from: BUYER })));
    await world.take(messages({ ...(message({ from: BUYER }) as object), from }));
    expect(await world.rows('select 1 from buyer')).toHaveLength(1);
    expect(await world.rows('select 1 from message')).toHaveLength(2);
  },
);

it.each(['interactive', 'button'])(
  'a press (%s) that came without its content is looked at by a person',
  (type) => {
    const incomplete = { type, text: null, payloadId: null, emoji: null, ourLastMessage: null };
    expect(understandMessage(incomplete).code).toBe('media');
  },
);

it.each([
  ['an object', { code: 131047, title: 'Re-engagement' }],
  ['a list with something else in it', [null, 'odd', { code: 131047, title: 'Re-engagement' }]],
  ['a list', [{ code: '131047', title: 'Re-engagement' }]],
])('the errors of a status as %s tell their code', async (_, errors) => {
  await world.take(bodyOf(change({ statuses: [{ id: 'wamid.s', status: 'failed', errors }] })));
  expect(await world.rows('select error from send_status')).toEqual([
    { error: expect.objectContaining({ code: 131047, title: 'Re-engagement' }) as unknown },
  ]);
});

it('a business number whose id is written as a number is the same one', async () => {
  await world.take(messages(message({ from: BUYER })));
  await world.take(
    bodyOf({
      field: 'messages',
      value: {
        metadata: { display_phone_number: 12025550100, phone_number_id: Number(NUMBER_ID) },
        messages: [message({ from: BUYER })],
      },
    }),
  );
  expect(await kinds()).toMatchObject([{ kind: 'message' }, { kind: 'message' }]);
  expect(await world.rows('select 1 from conversation')).toHaveLength(1);
});
