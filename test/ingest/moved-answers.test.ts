import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { decideRoute } from '../../activities/conversation/decide-route';
import { reconstructContext } from '../../activities/conversation/reconstruct-context';
import { joinByHand } from '../../api/ingest/join-by-hand';
import { loadReplyModel } from '../../platform/reply-model';
import { inTransaction } from '../../platform/database';
import { applySendReport, lockSend } from '../../store/send.store';
import { GIVEN_UP, createOwnerWorld } from './owner-world';
import type { OwnerWorld } from './owner-world';
import { buyers, living } from './two-people';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
beforeEach(async () => {
  await world.empty();
  await world.ask(10, { id: 'wamid.owner', from_user_id: 'GB.1' });
  await world.step();
});
afterAll(() => world.end());

/** Somebody else has the number by now, which its owner reports late. */
const stranger = () => world.ask(50, { id: 'wamid.stranger' });
const report = () => world.take(GIVEN_UP);
const placeOf = async (whatsappId: string) =>
  (
    await world.rows<{ id: string; turn: string | null; needs_human: boolean; owner: string }>(
      `select conversation.id, turn.status as turn, needs_human, owner from message
         join conversation on conversation.id = conversation_id left join turn on turn.id = turn_id
        where whatsapp_id = $1`,
      [whatsappId],
    )
  )[0];
const nextIn = async (conversationId: string) =>
  (await chooseNextStep(world.pool, loadReplyModel(), conversationId)).kind;
async function beginTurn(conversationId: string): Promise<string> {
  const step = await chooseNextStep(world.pool, loadReplyModel(), conversationId);
  if (step.kind !== 'turn') throw new Error(`the next step is ${step.kind}`);
  return step.turnId;
}
/** The turn of the stranger's message decides to answer it. */
async function answer(): Promise<string> {
  await world.step();
  const [send] = await world.rows<{ id: string }>(
    `insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id, answers_message_id)
     select 'reply', message.conversation_id, 'reply', 'automation', 'planned', 'text', '{"text":{"body":"Yes"}}', 0,
            decision.id, message.id
       from message join decision on decision.turn_id = message.turn_id and decision.kind = 'route'
      where whatsapp_id = 'wamid.stranger' returning id`,
  );
  return send?.id ?? '';
}
const accept = (id: string) =>
  inTransaction(world.pool, async (client) => {
    const send = await lockSend(client, id);
    if (send === null) throw new Error('there is no such send');
    await applySendReport(client, send, { whatsappId: 'wamid.answer', status: 'accepted', atMs: Date.now() });
  });

describe('a message that proves to be somebody else’s', () => {
  it('is taken up there where no turn had decided it', async () => {
    await stranger();
    await report();
    const place = await placeOf('wamid.stranger');
    expect(place?.id).not.toBe((await placeOf('wamid.owner'))?.id);
    expect(await nextIn(place?.id ?? '')).toBe('turn');
  });

  it('is taken up there also while its turn is open, and the other conversation goes on', async () => {
    await stranger();
    const { id } = (await placeOf('wamid.stranger')) ?? { id: '' };
    expect(await nextIn(id)).toBe('turn');
    await report();
    const place = await placeOf('wamid.stranger');
    expect(place).toMatchObject({ turn: null });
    expect(await nextIn(place?.id ?? '')).toBe('turn');
    expect(await nextIn(id)).not.toBe('turn');
  });

  it('is decided on what is known of whoever wrote it, also where it was looked at before', async () => {
    await stranger();
    const { id } = (await placeOf('wamid.stranger')) ?? { id: '' };
    const first = await beginTurn(id);
    await reconstructContext(world.pool, first);
    await report();
    const place = await placeOf('wamid.stranger');
    const second = await beginTurn(place?.id ?? '');
    await reconstructContext(world.pool, second);
    await decideRoute(world.pool, second);
    expect(await decideRoute(world.pool, first)).toEqual({ verdict: 'joined', sendId: null });
    expect(
      await world.rows(
        `select decision.conversation_id as id, context_snapshot.conversation_id as context from decision
           join context_snapshot on context_snapshot.id = context_snapshot_id
          where decision.turn_id = any($1) and decision.kind = 'route'`,
        [[first, second]],
      ),
    ).toEqual([{ id: place?.id, context: place?.id }]);
  });

  it('is not answered twice where it was answered: a person is asked', async () => {
    await stranger();
    await accept(await answer());
    await report();
    const place = await placeOf('wamid.stranger');
    expect(place).toMatchObject({ turn: 'decided', needs_human: true });
    expect(await nextIn(place?.id ?? '')).not.toBe('turn');
    expect(await world.rows(`select 1 from send where status = 'planned'`)).toEqual([]);
  });

  it('loses an answer that has not begun to leave, as it would reach the wrong person', async () => {
    await stranger();
    await answer();
    await report();
    const sends = await world.rows('select status, reason_code from send');
    expect(sends).toEqual([{ status: 'recalled', reason_code: 'identity.moved' }]);
    expect(await placeOf('wamid.stranger')).toMatchObject({ needs_human: true });
  });

  it('stays with the agent who had taken the conversation over', async () => {
    await stranger();
    await world.order('take_over');
    await report();
    expect(await placeOf('wamid.stranger')).toMatchObject({ owner: 'agent:anna' });
  });

  it('is written down in both conversations, and comes back when a person joins the two', async () => {
    await stranger();
    await report();
    const decisions = await world.rows(
      `select verdict, reason_code, inputs #> '{moved,0,toBuyerId}' is not null as is_told from decision where verdict = 'move'`,
    );
    const told = { verdict: 'move', reason_code: 'identity.moved', is_told: true };
    expect(decisions).toEqual([told, told]);
    const [one, other] = await buyers(world);
    const joined = await joinByHand(world.pool, {
      buyerIds: [one?.id ?? '', other?.id ?? ''],
      actor: 'anna',
      idempotencyKey: 'join',
      reason: 'one person',
    });
    expect(joined.result.kind).toBe('done');
    expect(await living(world)).toHaveLength(1);
    expect((await placeOf('wamid.stranger'))?.id).toBe((await placeOf('wamid.owner'))?.id);
  });
});
