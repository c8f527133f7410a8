import { setTimeout as sleep } from 'node:timers/promises';
import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { decideRoute } from '../../activities/conversation/decide-route';
import { reconstructContext } from '../../activities/conversation/reconstruct-context';
import { loadReplyModel } from '../../platform/reply-model';
import { at, identityChange, message, messages } from './bodies';
import type { Json } from './bodies';
import { BUYER, createOwnerWorld } from './owner-world';
import type { OwnerWorld } from './owner-world';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

const ASKED = 'wamid.asked';
const complaint = 'This is a complaint, I want a refund';
const edit = (about: string, body: string): Json =>
  message({
    id: 'wamid.edit',
    from: BUYER,
    timestamp: at(60),
    type: 'edit',
    text: undefined,
    edit: { original_message_id: about, message: { type: 'text', text: { body } } },
  });
const revoke = (about: string): Json =>
  message({
    id: 'wamid.revoke',
    from: BUYER,
    timestamp: at(60),
    type: 'revoke',
    text: undefined,
    revoke: { original_message_id: about },
  });
/** The one who had the number before has given it up: what came since is a stranger's. */
const givenUp = identityChange(
  { type: 'user_changed_number', user_id: 'GB.2', previous_user_id: 'GB.1' },
  { id: 'wamid.report', from: BUYER, timestamp: at(30) },
);

async function turnOf(whatsappId: string): Promise<string> {
  const [row] = await world.rows<{ id: string }>(
    'select conversation_id as id from message where whatsapp_id = $1',
    [whatsappId],
  );
  const next = await chooseNextStep(world.pool, loadReplyModel(), row?.id ?? '');
  if (next.kind !== 'turn') throw new Error(`the next step is ${next.kind}`);
  await reconstructContext(world.pool, next.turnId);
  return next.turnId;
}
const verdicts = () =>
  world.rows(
    `select verdict, decision.reason_code as reason, (select array_agg(whatsapp_id order by sent_at) from message where turn_id = decision.turn_id) as about,
            context_snapshot.conversation_id = decision.conversation_id
              and identity_link.buyer_id = conversation.buyer_id as is_of_buyer,
            (facts -> 'inboundSinceOurLast')::int as since
       from decision join conversation on conversation.id = decision.conversation_id
       join context_snapshot on context_snapshot.id = context_snapshot_id
       join identity_link on identity_link.id = context_snapshot.identity_link_id
      where decision.kind in ('route', 'stop') order by decision.id`,
  );

/** Does one thing while another holds the locks that it needs, until both wait: whatever the first writes last is held up. */
async function meanwhile(first: () => Promise<unknown>, then: () => Promise<unknown>): Promise<void> {
  const holder = await world.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('lock table crm_outbox in share mode');
    const one = first();
    await untilWaiting(1);
    const other = then();
    await untilWaiting(2);
    await holder.query('commit');
    await Promise.all([one, other]);
  } finally {
    holder.release(true);
  }
}
async function untilWaiting(count: number): Promise<void> {
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await world.rows(waiting)).length < count) await sleep(5);
}

describe('a turn whose context is known and that is not decided yet', () => {
  it('is decided on the words as they were changed since', async () => {
    await world.ask(0, { id: ASKED });
    const turn = await turnOf(ASKED);
    await world.take(messages(edit(ASKED, complaint)));
    expect(await decideRoute(world.pool, turn)).toMatchObject({ verdict: 'human' });
    expect(await verdicts()).toMatchObject([{ reason: 'route.complaint' }]);
  });

  it('answers nothing that was taken back since', async () => {
    await world.ask(0, { id: ASKED, text: { body: complaint } });
    const turn = await turnOf(ASKED);
    await world.take(messages(revoke(ASKED)));
    expect(await decideRoute(world.pool, turn)).toMatchObject({ verdict: 'silence', sendId: null });
    expect(await world.owner()).toBe('automation');
  });

  it('is decided on what is left of it after its first message went over to somebody else', async () => {
    await world.ask(10, { id: 'wamid.first', from_user_id: 'GB.1' });
    await world.step();
    await world.ask(50, { id: ASKED, text: { body: complaint } });
    await world.ask(55, { id: 'wamid.left', from: undefined, from_user_id: 'GB.1' });
    const turn = await turnOf(ASKED);
    await world.take(messages(givenUp));
    await decideRoute(world.pool, turn);
    await decideRoute(world.pool, await turnOf(ASKED));
    expect((await verdicts()).slice(1)).toEqual([
      expect.objectContaining({ about: ['wamid.left'], is_of_buyer: true, since: 2 }),
      expect.objectContaining({ verdict: 'human', about: [ASKED], is_of_buyer: true, since: 1 }),
    ]);
  });

  it('is decided for whom the whole conversation has gone over to', async () => {
    await world.ask(10, { id: 'wamid.first', from_user_id: 'GB.1', text: { body: 'Hello' } });
    await world.take(messages(message({ id: ASKED, from: '447700900141', timestamp: at(50) })));
    const turn = await turnOf(ASKED);
    await world.take(
      messages(
        identityChange(
          { type: 'user_changed_number', wa_id: '447700900141', user_id: 'GB.2', previous_user_id: 'GB.1' },
          { id: 'wamid.report', from: BUYER, timestamp: at(40) },
        ),
      ),
    );
    await decideRoute(world.pool, turn);
    expect((await verdicts()).every((one) => (one as { is_of_buyer: boolean }).is_of_buyer)).toBe(true);
  });

  it.each([
    ['changed', () => edit(ASKED, complaint), { reason: 'route.complaint' }],
    ['taken back', () => revoke(ASKED), { verdict: 'silence' }],
  ])('waits for what is being %s at that moment', async (_what, item, verdict) => {
    await world.ask(0, { id: ASKED });
    const turn = await turnOf(ASKED);
    // The words have an episode, whose log in HubSpot follows them.
    await meanwhile(
      () => world.take(messages(item())),
      () => decideRoute(world.pool, turn),
    );
    expect(await verdicts()).toMatchObject([{ ...verdict, about: [ASKED] }]);
  });

  it('decides nothing that goes over to somebody else at that moment', async () => {
    await world.ask(10, { id: 'wamid.first', from_user_id: 'GB.1' });
    await world.step();
    await world.ask(50, { id: ASKED, text: { body: complaint } });
    const turn = await turnOf(ASKED);
    const decided: unknown[] = [];
    await meanwhile(
      () => world.take(messages(givenUp)),
      async () => decided.push(await decideRoute(world.pool, turn)),
    );
    expect(decided).toEqual([{ verdict: 'joined', sendId: null }]);
    expect(await verdicts()).toHaveLength(1);
    await decideRoute(world.pool, await turnOf(ASKED));
    expect((await verdicts()).at(-1)).toMatchObject({
      verdict: 'human',
      about: [ASKED],
      is_of_buyer: true,
    });
  });
});
