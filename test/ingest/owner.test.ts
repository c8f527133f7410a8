import { bodyOf, change, message, at } from './bodies';
import { createOwnerWorld, BUYER, OURS } from './owner-world';
import type { OwnerWorld } from './owner-world';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

describe('an echo from the phone app', () => {
  it('takes the conversation over, names the agent of the number, and recalls what automation prepared', async () => {
    await world.ask(0);
    await world.planReply();
    expect(await world.echo(10)).toHaveLength(1);
    const { owner: now, phone_agent: agent, messages: said, decisions, ...rest } = await world.conversation();
    expect([now, agent, rest.reason_code]).toEqual(['phone', 'nora', 'owner.phone_echo']);
    expect(said.at(-1)).toMatchObject({ direction: 'outbound', author: 'agent:nora', text: 'We have oak.' });
    expect(decisions.at(-1)).toMatchObject({
      kind: 'owner',
      verdict: 'phone',
      reason_code: 'owner.phone_echo',
      details: { phone_agent: 'nora' },
      identity_link_id: expect.any(Number) as number,
      context_snapshot_id: expect.any(Number) as number,
      policy_version: expect.any(Number) as number,
    });
    expect(await world.sends()).toEqual([{ status: 'recalled', reason_code: 'owner.phone_echo' }]);
  });

  it('on a number that nobody is named for is the phone, unknown', async () => {
    const item = message({ from: OURS, to: BUYER, timestamp: at(0) });
    await world.take(bodyOf(change({ message_echoes: [item] }, 'smb_message_echoes', '100000000000002')));
    expect(await world.conversation()).toMatchObject({ owner: 'phone', phone_agent: null });
    expect((await world.conversation()).messages).toEqual([expect.objectContaining({ author: 'phone' })]);
  });

  it('that comes again, or is the next one, decides nothing new', async () => {
    for (const id of ['wamid.e1', 'wamid.e1', 'wamid.e2']) await world.echo(10, 'We have oak.', { id });
    const { decisions, messages: said } = await world.conversation();
    expect(said).toHaveLength(2);
    expect(decisions.filter(({ kind }) => kind === 'owner')).toHaveLength(1);
    expect(await world.rows('select epoch::int from conversation')).toEqual([{ epoch: 1 }]);
  });

  it('keeps its quote, and stands in the open episode', async () => {
    await world.ask(0, { id: 'wamid.q' });
    await world.step();
    await world.echo(10, 'Yes, oak.', { context: { from: BUYER, id: 'wamid.q' } });
    expect((await world.conversation()).messages.at(-1)).toMatchObject({
      quotes: 'wamid.q',
      text: 'Yes, oak.',
    });
    expect(
      await world.rows(
        `select count(*)::int as count from message join episode on episode.id = message.episode_id`,
      ),
    ).toEqual([{ count: 2 }]);
  });

  it('that came before the turn of a first message stands in its episode, so that HubSpot tells it', async () => {
    await world.echo(0, 'Hello, this is Nora.', { id: 'wamid.before' });
    await world.ask(10);
    await world.echo(20, 'Yes, oak.', { id: 'wamid.meanwhile' });
    await world.step();
    expect(
      await world.rows(
        `select whatsapp_id from message join episode on episode.id = message.episode_id
          where direction = 'outbound' order by whatsapp_id`,
      ),
    ).toEqual([{ whatsapp_id: 'wamid.before' }, { whatsapp_id: 'wamid.meanwhile' }]);
  });

  it.each([
    ['edit', { edit: { original_message_id: 'wamid.e', message: { type: 'text', text: { body: 'Ash.' } } } }],
    ['revoke', { revoke: { original_message_id: 'wamid.e' } }],
  ])('a later %s on the phone takes over again, an earlier one does not', async (type, content) => {
    const more = { type, text: undefined, ...content };
    await world.echo(10, 'Oak.', { id: 'wamid.e' });
    await world.echo(20, '#bot');
    await world.echo(15, '', { id: 'wamid.early', ...more });
    expect(await world.owner()).toBe('automation');
    await world.echo(30, '', { id: 'wamid.late', ...more });
    expect(await world.owner()).toBe('phone');
  });

  it('that was written before an agent took over, and comes later, leaves the agent the wheel', async () => {
    await world.ask(0);
    await world.order('take_over');
    await world.echo(10);
    expect(await world.owner()).toBe('agent:anna');
    expect((await world.conversation()).messages).toHaveLength(2);
    await world.echo(3600);
    expect(await world.owner()).toBe('phone');
  });
});

describe('giving back from the phone', () => {
  it.each(['#bot', ' #BOT '])('the keyword %j as a whole message is an order, and is kept', async (word) => {
    await world.ask(0);
    await world.echo(10);
    expect(await world.echo(20, word, { id: 'wamid.word' })).toHaveLength(1);
    const { owner: now, commands, messages: said } = await world.conversation();
    expect(now).toBe('automation');
    expect(said.at(-1)).toMatchObject({ text: word, direction: 'outbound' });
    expect(commands).toEqual([
      expect.objectContaining({
        kind: 'hand_back',
        actor: 'nora',
        is_verified: false,
        outcome: 'done',
        reason: 'hand_back_keyword',
      }),
    ]);
  });

  it.each(['#bot please', 'robot #bot', 'bot'])('%j is no keyword', async (words) => {
    await world.echo(10, words);
    expect(await world.owner()).toBe('phone');
  });

  it('a keyword of the buyer is only a message', async () => {
    await world.echo(10);
    await world.ask(20, { text: { body: '#bot' } });
    expect(await world.owner()).toBe('phone');
    expect((await world.conversation()).commands).toEqual([]);
  });

  it('a keyword holds against what was written before it, in whatever order both come', async () => {
    await world.echo(20, '#bot');
    await world.echo(10);
    expect(await world.owner()).toBe('automation');
    await world.echo(30);
    expect(await world.owner()).toBe('phone');
    await world.echo(30, '#bot');
    expect(await world.owner()).toBe('automation');
  });

  it('silence gives back after the time of the phone', async () => {
    await world.ask(0);
    await world.echo(10);
    await world.step();
    await world.step();
    const { next } = await world.step();
    const halfADayMs = 43_200_000;
    const since = await world.rows<{ ms: number }>(
      'select to_ms(greatest(owner_since, last_activity_at)) as ms from conversation',
    );
    expect(next).toMatchObject({ kind: 'wait', wakeAtMs: (since[0]?.ms ?? 0) + halfADayMs });
    await world.pool.query(
      `update conversation set owner_since = now() - interval '13 hours', owner_at = owner_since - interval '13 hours',
              last_activity_at = now() - interval '13 hours'`,
    );
    await world.step();
    const { owner: now, commands } = await world.conversation();
    expect(now).toBe('automation');
    expect(commands).toEqual([
      expect.objectContaining({ actor: 'policy', reason: 'phone_hand_back_after_seconds' }),
    ]);
  });
});
