import { at, bodyOf, change, message, NUMBER_ID } from './bodies';
import { BUYER, createOwnerWorld, OURS, question } from './owner-world';
import type { OwnerWorld } from './owner-world';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

describe('what Meta’s own agent has', () => {
  it('is kept and shown, belongs to it, and nothing automated leaves', async () => {
    await world.ask(0);
    await world.planReply();
    expect(await world.standby(10, { id: 'wamid.s' })).toHaveLength(1);
    const found = await world.conversation();
    expect(found).toMatchObject({ owner: 'meta', needs_human: false, reason_code: 'owner.standby' });
    expect(found.messages.at(-1)).toMatchObject({ direction: 'inbound', standby: true, author: 'buyer' });
    expect(found.decisions.at(-1)).toMatchObject({
      kind: 'owner',
      verdict: 'meta',
      policy_version: expect.any(Number) as number,
    });
    expect(await world.sends()).toEqual([{ status: 'recalled', reason_code: 'owner.standby' }]);
    expect(await world.step()).toMatchObject({ route: { verdict: 'silence', sendId: null } });
    expect(await world.conversation()).toMatchObject({ owner: 'meta', needs_human: false });
  });

  it.each([
    ['in messages', { messages: [question(10)] }],
    ['in standby', { standby: [question(10)] }],
    ['in both', { messages: [question(10, { id: 'wamid.s' })], standby: [question(10, { id: 'wamid.s' })] }],
  ])('is found wherever it stands: %s', async (_where, value) => {
    await world.take(bodyOf(change(value, 'standby')));
    expect(await world.conversation()).toMatchObject({ owner: 'meta', messages: [{ standby: true }] });
  });

  it.each([
    ['as one message', { standby: question(10) }],
    ['one level deeper', { standby: [{ message: question(10) }] }],
    ['as values', { standby: [{ messages: [question(10)] }] }],
    ['as one value', { standby: { messages: [question(10)] } }],
  ])('is found in other forms of the list too: %s', async (_how, value) => {
    await world.take(bodyOf(change(value, 'standby')));
    expect(await world.conversation()).toMatchObject({ owner: 'meta', messages: [{ standby: true }] });
  });

  it.each([
    ['changes', change({ messages: [question(10)] }, 'standby')],
    ['values', { metadata: { phone_number_id: NUMBER_ID }, messages: [question(10)] }],
  ])('is found beside the changes of an entry, as %s', async (_how, listed) => {
    const entry = {
      id: '100000000000009',
      changes: [change({ messages: [question(5)] })],
      standby: [listed],
    };
    await world.take({ object: 'whatsapp_business_account', entry: [entry] });
    expect(await world.conversation()).toMatchObject({ messages: [{ standby: false }, { standby: true }] });
    expect(await world.owner()).toBe('meta');
  });

  it.each([
    [
      {
        sender: { id: BUYER },
        recipient: { id: NUMBER_ID },
        timestamp: 1,
        message: { mid: 'm.1', text: 'Hi' },
      },
    ],
    ['odd'],
    [null],
  ])('beside the changes in a form of another product is kept and shown: %j', async (listed) => {
    const entry = { id: '100000000000009', time: 1, standby: [listed] };
    expect(await world.take({ object: 'whatsapp_business_account', entry: [entry] })).toEqual([]);
    expect(await world.rows('select kind, field, raw from webhook_item')).toEqual([
      { kind: 'unknown', field: 'standby', raw: listed },
    ]);
  });

  it('a complaint to it goes to a person’s attention, and is still its to answer', async () => {
    await world.standby(10, { text: { body: 'My table arrived broken, this is unacceptable' } });
    expect(await world.step()).toMatchObject({ route: { verdict: 'human', sendId: null } });
    expect(await world.conversation()).toMatchObject({
      owner: 'meta',
      needs_human: true,
      reason_code: 'route.complaint',
    });
  });

  it.each([
    ['with our number as sender', { messages: [message({ from: OURS, to: BUYER, timestamp: at(20) })] }],
    ['as an echo', { message_echoes: [message({ from: OURS, to: BUYER, timestamp: at(20) })] }],
  ])('what it says %s is no message of the buyer or of the phone', async (_how, value) => {
    await world.standby(10);
    await world.take(bodyOf(change(value, 'standby')));
    const { messages: said, owner: now } = await world.conversation();
    expect(said.at(-1)).toMatchObject({ direction: 'outbound', author: 'meta' });
    expect(now).toBe('meta');
  });

  it('statuses and errors in it are kept', async () => {
    await world.take(
      bodyOf(
        change(
          {
            statuses: [{ id: 'wamid.theirs', status: 'sent', timestamp: at(0) }],
            errors: [{ code: 131000 }],
            standby: ['odd'],
          },
          'standby',
        ),
      ),
    );
    expect(await world.rows('select kind, field, error from webhook_item order by id')).toEqual(
      expect.arrayContaining([
        { kind: 'status', field: 'standby', error: null },
        { kind: 'unknown', field: 'standby', error: 'whatsapp:131000' },
        { kind: 'unknown', field: 'standby', error: null },
      ]),
    );
  });

  it('ends with a message that comes to us again, which automation answers', async () => {
    await world.standby(10);
    await world.step();
    await world.ask(20, { text: { body: 'Hello' } });
    const found = await world.conversation();
    expect(found).toMatchObject({ owner: 'automation', reason_code: 'owner.meta_ended' });
    expect(found.decisions.at(-1)).toMatchObject({ kind: 'owner', verdict: 'automation' });
    expect((await world.step()).route?.verdict).not.toBe('silence');
  });

  it('that comes after a newer message of ours to answer is Meta’s agent’s to answer still', async () => {
    await world.ask(20);
    await world.step();
    await world.order('hand_back');
    await world.standby(10);
    expect(await world.owner()).toBe('automation');
    expect(await world.step()).toMatchObject({ route: { verdict: 'silence', sendId: null } });
  });

  it.each([
    ['a take-over', () => world.order('take_over'), 'agent:anna'],
    ['a hand-back', () => world.order('hand_back'), 'automation'],
    ['an echo', () => world.echo(20), 'phone'],
    ['a keyword', () => world.echo(20, '#bot'), 'automation'],
  ])('ends with %s', async (_what, act, next) => {
    await world.standby(10);
    await act();
    expect(await world.owner()).toBe(next);
  });

  it('leaves the wheel to a person who has it', async () => {
    await world.ask(0);
    await world.order('take_over');
    await world.standby(3600);
    expect(await world.owner()).toBe('agent:anna');
  });

  it('has no effect when the same message came to us, in either order', async () => {
    await world.standby(10, { id: 'wamid.same' });
    await world.ask(10, { id: 'wamid.same' });
    expect(await world.conversation()).toMatchObject({ owner: 'automation', messages: [{ standby: false }] });
    await world.standby(10, { id: 'wamid.same', extra: 1 });
    expect(await world.conversation()).toMatchObject({ owner: 'automation', messages: [{ standby: false }] });
  });
});
