import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Longer than any test: what ends such a follow-up is not its time. */
const NOT_SOON_SECONDS = 3_600;

/** A buyer who got our question and is silent; the follow-up is planned. */
async function silentBuyer(): Promise<Buyer> {
  const buyer = house.buyer();
  await buyer.write('Do you deliver?');
  await buyer.receives(1);
  await buyer.command('follow-up-rule', { wait_seconds: [NOT_SOON_SECONDS] });
  await buyer.write('How much is the set?');
  await buyer.receives(2);
  await buyer.conversationWhere('a follow-up is planned', (one) => isPlanned(one.follow_ups.at(-1)));
  return buyer;
}

function isPlanned(followUp: { readonly status: string } | undefined): boolean {
  return followUp?.status === 'planned';
}

/** Waits until the follow-up has its end, and gives that. */
async function endOfFollowUp(buyer: Buyer): Promise<string> {
  const { follow_ups: followUps } = await buyer.conversationWhere(
    'the follow-up has ended',
    ({ follow_ups: all }) => all.length > 0 && !isPlanned(all.at(-1)),
  );
  const last = followUps.at(-1);
  return `${last?.status ?? 'none'} ${last?.reason_code ?? 'none'}`;
}

describe('silence after our question', () => {
  it.concurrent('gets exactly one follow-up', async () => {
    const buyer = house.buyer();
    await buyer.write('Do you deliver?');
    await buyer.receives(1);
    await buyer.command('follow-up-rule', { wait_seconds: [1] });
    await buyer.write('How much is the set?');
    const conversation = await buyer.conversationWhere('the cap is reached', ({ follow_ups: followUps }) =>
      followUps.some(({ reason_code: code }) => code === 'limit.cap'),
    );
    expect(conversation.follow_ups.slice(-2)).toMatchObject([
      { attempt: 1, status: 'sent', reason_code: 'hesitation.follow_up' },
      { attempt: 2, status: 'skipped', reason_code: 'limit.cap' },
    ]);
    expect(conversation.sends.map(({ kind }) => kind)).toEqual(['reply', 'reply', 'follow_up']);
    expect(await buyer.received()).toHaveLength(3);
    expect((await buyer.texts())[2]).toContain('do you have any question about our offer?');
  });

  it.concurrent.each(['Thanks, all good!', 'In blue please', 'Can you do green?'])(
    'is over when the buyer replies: %s',
    async (reply) => {
      const buyer = await silentBuyer();
      await buyer.write(reply);
      expect(await endOfFollowUp(buyer)).toBe('ended reply.received');
      const { sends } = await buyer.settles(3);
      expect(sends.filter(({ kind }) => kind === 'follow_up')).toEqual([]);
    },
  );

  it.concurrent(
    'is judged again when the follow-up is due: a pause meanwhile drops it, with the reason',
    async () => {
      const buyer = await silentBuyer();
      await buyer.command('pause', { forever: true });
      expect(isPlanned((await buyer.conversation()).follow_ups.at(-1))).toBe(true);
      await house.makeDue(buyer);
      expect(await endOfFollowUp(buyer)).toBe('skipped stop.paused');
      const { decisions } = await buyer.conversation();
      expect(decisions.at(-1)).toMatchObject({ kind: 'skip', verdict: 'skip', reason_code: 'stop.paused' });
      expect(await buyer.received()).toHaveLength(2);
    },
  );

  it.concurrent(
    'is judged again when the follow-up is due: a rule switched off meanwhile drops it',
    async () => {
      const buyer = await silentBuyer();
      await buyer.command('follow-up-rule', { enabled: false });
      await house.makeDue(buyer);
      expect(await endOfFollowUp(buyer)).toBe('skipped stop.switched_off');
      expect(await buyer.received()).toHaveLength(2);
    },
  );

  it.concurrent('has no follow-up any more once an agent took over', async () => {
    const buyer = await silentBuyer();
    await buyer.command('take-over');
    expect(await endOfFollowUp(buyer)).toBe('ended command.take_over');
    expect((await buyer.conversation()).next_action).toBeNull();
  });

  it.concurrent('has no follow-up any more once a person skipped it', async () => {
    const buyer = await silentBuyer();
    await buyer.command('skip-follow-up');
    expect(await endOfFollowUp(buyer)).toBe('ended command.skip_follow_up');
  });
});

describe('silence after something else', () => {
  it.concurrent('an answer that asks nothing is not followed up, and the reason is kept', async () => {
    const buyer = house.buyer();
    await buyer.write('Do you deliver?');
    await buyer.receives(1);
    expect(await endOfFollowUp(buyer)).toBe('skipped silence.nothing_asked');
  });
});

describe('feedback', () => {
  const LATE_SECONDS = 45 * 60;
  /** Replies an hour of an average buyer between half an hour and one hour after a message in a live conversation. */
  const HAZARD_LIVE_FIRST_BIN = 0.0932;

  it.concurrent('a reply after more than half an hour counts', async () => {
    const buyer = await silentBuyer();
    const { id } = await buyer.conversation();
    // No process of the product takes a clock from outside, and nobody believes times that lie ahead: our message is made older.
    await house.rows(
      `update wait set started_at = date_trunc('second', now()) - $2 * interval '1 second'
        where conversation_id = $1 and ended_at is null`,
      [id, LATE_SECONDS],
    );
    await buyer.write('Thanks, all good!');
    const conversation = await buyer.conversationWhere(
      'the wait has ended',
      ({ waits }) => waits[1]?.ended_by === 'reply',
    );
    expect(conversation.waits).toMatchObject([{ late_replies: 0 }, { ended_by: 'reply', late_replies: 1 }]);
    expect(conversation.waits[1]?.parameter_version).toBe('reply-hazards-1');
    expect(conversation.buyer.late_replies).toBe(1);
    const expected = HAZARD_LIVE_FIRST_BIN * (LATE_SECONDS / 3600 - 0.5);
    expect(conversation.buyer.expected_late_replies).toBeCloseTo(expected, 2);
  });

  it.concurrent('a quick reply tells nothing and counts nothing', async () => {
    const buyer = await silentBuyer();
    await buyer.write('Thanks, all good!');
    const conversation = await buyer.conversationWhere(
      'the wait has ended',
      ({ waits }) => waits[1]?.ended_by === 'reply',
    );
    const nothing = { late_replies: 0, expected_late_replies: 0 };
    expect(conversation.waits).toMatchObject([nothing, nothing]);
    expect(conversation.buyer).toMatchObject({ late_replies: 0, expected_late_replies: 0 });
  });
});
