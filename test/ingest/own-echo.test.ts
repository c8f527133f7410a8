import { inTransaction } from '../../platform/database';
import { applySendReport, lockSend } from '../../store/send.store';
import { at, bodyOf, change } from './bodies';
import { BUYER, createOwnerWorld } from './owner-world';
import type { OwnerWorld } from './owner-world';

const OWN = 'wamid.own';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
beforeEach(async () => {
  await world.empty();
  await world.ask(0);
  await world.planReply();
  await world.pool.query(
    `update send set status = 'claimed', claimed_at = now(), type = 'text', body = '{"type":"text","text":{"body":"We have oak."}}'`,
  );
});
afterAll(() => world.end());

const sendId = async () => (await world.rows<{ id: string }>('select id from send'))[0]?.id ?? '';
/** WhatsApp's answer to our call comes at last. */
const answer = (whatsappId = OWN) =>
  inTransaction(world.pool, async (client) => {
    const send = await lockSend(client, await sendId());
    if (send === null) throw new Error('there is no such send');
    await applySendReport(client, send, { whatsappId, status: 'accepted', atMs: Number(at(11)) * 1000 });
  });
const status = async () =>
  world.take(
    bodyOf(
      change({
        statuses: [
          {
            id: OWN,
            status: 'sent',
            timestamp: at(12),
            recipient_id: BUYER,
            biz_opaque_callback_data: await sendId(),
          },
        ],
      }),
    ),
  );
const echo = (seconds = 10, id = OWN) => world.echo(seconds, 'We have oak.', { id });
const told = async () => {
  const { owner, decisions, messages } = await world.conversation();
  return {
    owner,
    last: decisions.at(-1),
    said: messages.filter(({ direction }) => direction === 'outbound'),
  };
};

describe('the echo of our own message that comes before the answer to it', () => {
  it.each([
    ['the answer', answer],
    ['a status', status],
  ])('is ours once %s tells it: the owner is as before, by a decision of its own', async (_what, tell) => {
    await echo();
    expect(await world.owner()).toBe('phone');
    await tell();
    const { owner, last, said } = await told();
    expect(owner).toBe('automation');
    expect(last).toMatchObject({ kind: 'owner', verdict: 'automation', reason_code: 'owner.own_echo' });
    expect(said).toEqual([
      expect.objectContaining({ author: 'automation', send_id: await sendId(), text: 'We have oak.' }),
    ]);
    const [row] = await world.rows<{ epoch: number; waits: boolean; owner_at: Date | null }>(
      'select epoch::int, look_wanted > look_given as waits, owner_at from conversation',
    );
    // Both changes void what was prepared before them.
    expect(row).toEqual({ epoch: 2, waits: true, owner_at: null });
  });

  it('takes nothing over when it comes later', async () => {
    await answer();
    await echo();
    expect((await told()).owner).toBe('automation');
    expect((await told()).said).toHaveLength(1);
  });

  it('gives an agent back what was theirs', async () => {
    await world.order('take_over');
    await echo(3600);
    expect(await world.owner()).toBe('phone');
    await answer();
    expect(await world.owner()).toBe('agent:anna');
  });

  it('leaves the question open that a person was asked', async () => {
    await world.pool.query(
      `update conversation set needs_human = true, reason_code = 'route.complaint',
      asked_at = to_timestamp($1::bigint), asked_reason = 'route.complaint'`,
      [at(0)],
    );
    await echo();
    expect((await world.conversation()).needs_human).toBe(false);
    await answer();
    expect(await world.conversation()).toMatchObject({ needs_human: true, reason_code: 'route.complaint' });
  });
});

describe('a person who has done something meanwhile keeps the conversation', () => {
  it.each([5, 10, 20])('by writing on the phone, after %s seconds', async (seconds) => {
    await echo();
    await echo(seconds, 'wamid.person');
    await answer();
    const { owner, said } = await told();
    expect(owner).toBe('phone');
    expect(said).toHaveLength(2);
    await world.echo(Math.min(seconds, 10) - 1, '#bot', { id: 'wamid.older' });
    expect(await world.owner()).toBe('phone');
  });

  it('by taking over', async () => {
    await echo();
    await world.order('take_over');
    await answer();
    expect(await world.owner()).toBe('agent:anna');
  });

  it('by an order that leaves the owner', async () => {
    await echo();
    await world.order('pause');
    await answer();
    expect(await world.owner()).toBe('phone');
  });

  it('also when the message of the phone reads like ours, and ours proves to be another one', async () => {
    await echo(10, 'wamid.person');
    await answer();
    expect(await world.owner()).toBe('phone');
    expect((await told()).said).toHaveLength(2);
  });
});
