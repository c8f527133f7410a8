import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { decideRoute } from '../../activities/conversation/decide-route';
import { reconstructContext } from '../../activities/conversation/reconstruct-context';
import { resolveIdentity } from '../../activities/conversation/resolve-identity';
import { joinByHand } from '../../api/ingest/join-by-hand';
import { loadReplyModel } from '../../platform/reply-model';
import { at, bodyOf, change, message, NUMBER_ID, OTHER_NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { activateShippedPolicy } from './policy';
import { refusalOf, undo } from './undo-world';
import { broken } from './undo-invariants';
import { useWorld } from './world';
import { groundOwners } from './ground-owner';

const PHONE = '447700900151';
const OTHER_PHONE = '447700900152';
const USER = 'GB.151';
const STRANGER = 'GB.159';

const world = useWorld();
beforeAll(() =>
  activateShippedPolicy(world.pool, [
    [/^ {2}modes: \{\}$/m, `  modes: { "${NUMBER_ID}": live, "${OTHER_NUMBER_ID}": live }`],
    [/^ {2}quiet_gap_ms: .*$/m, '  quiet_gap_ms: 0'],
  ]),
);

const sayTo = (number: string) => (name: string, seconds: number, sender: Json) =>
  world.take(
    bodyOf(
      change(
        {
          messages: [
            message({
              id: `wamid.${name}`,
              timestamp: at(seconds),
              text: { body: 'Do you have oak?' },
              ...sender,
            }),
          ],
        },
        'messages',
        number,
      ),
    ),
  );
const say = sayTo(NUMBER_ID);
const sayElsewhere = sayTo(OTHER_NUMBER_ID);
/** Somebody else had the number at the time of everything that named it alone, which is told late. */
const proof = (tell = say) => tell('proof', 10, { from: PHONE, from_user_id: STRANGER });
const placeOf = async (name: string) => {
  const [row] = await world.rows<{ id: string; buyer_id: string; turn: string | null }>(
    `select conversation.id, buyer_id, turn.status as turn from message
       join conversation on conversation.id = message.conversation_id left join turn on turn.id = turn_id
      where whatsapp_id = $1`,
    [`wamid.${name}`],
  );
  if (row === undefined) throw new Error(`${name} is nowhere`);
  return row;
};
const beginTurn = async (name: string): Promise<string> => {
  const step = await chooseNextStep(world.pool, loadReplyModel(), (await placeOf(name)).id);
  if (step.kind !== 'turn') throw new Error(`the next step is ${step.kind}`);
  return step.turnId;
};
const decide = async (turnId: string): Promise<void> => {
  await resolveIdentity(world.pool, turnId);
  await reconstructContext(world.pool, turnId);
  await decideRoute(world.pool, turnId);
};
const joined = async (): Promise<void> => {
  expect(await world.rows('select 1 from buyer_join')).toHaveLength(1);
};
const openTurns = async (): Promise<string[]> =>
  (
    await world.rows<{ whatsapp_id: string }>(
      `select whatsapp_id from turn join message on message.id = trigger_message_id where status = 'open' order by 1`,
    )
  ).map(({ whatsapp_id: id }) => id);

describe('undoing a join after something has gone over to somebody else', () => {
  it('leaves a message of the joined conversation with the turn that took it up there', async () => {
    await say('user', 5, { from_user_id: USER });
    await beginTurn('user');
    await say('phone', 20, { from: PHONE });
    await beginTurn('phone');
    await say('both', 50, { from: PHONE, from_user_id: USER });
    await joined();
    await proof();
    await beginTurn('phone');
    expect(refusalOf(await undo(world))).toBe('done');
    expect(await broken(world)).toEqual({});
    expect(await openTurns()).toEqual(['wamid.phone', 'wamid.user']);
  });

  it('opens no turn whose messages have all gone', async () => {
    await say('user', 5, { from_user_id: USER });
    await beginTurn('user');
    await say('phone', 20, { from: PHONE });
    await beginTurn('phone');
    await say('both', 50, { from: PHONE, from_user_id: USER });
    await proof();
    expect(refusalOf(await undo(world))).toBe('done');
    expect(await broken(world)).toEqual({});
    expect(await openTurns()).toEqual(['wamid.user']);
    expect(await placeOf('phone')).toMatchObject({ turn: null });
  });

  it('gives back the turn whose message the other one goes on with, as its own has gone', async () => {
    await say('phone', 20, { from: PHONE });
    await beginTurn('phone');
    await say('user', 5, { from_user_id: USER });
    await beginTurn('user');
    await say('both', 50, { from: PHONE, from_user_id: USER });
    await joined();
    await proof();
    expect(await openTurns()).toEqual(['wamid.user']);
    expect(refusalOf(await undo(world))).toBe('done');
    expect(await broken(world)).toEqual({});
    expect(await openTurns()).toEqual(['wamid.user']);
    expect((await placeOf('user')).id).not.toBe((await placeOf('both')).id);
  });

  it('keeps a turn whose first message has gone, with what is left of it', async () => {
    await say('user', 5, { from_user_id: USER });
    await beginTurn('user');
    await say('phone', 20, { from: PHONE });
    await say('parent', 21, { from: PHONE, from_parent_user_id: 'GB.ENT.151' });
    await beginTurn('phone');
    await say('both', 50, { from_parent_user_id: 'GB.ENT.151', from_user_id: USER });
    await joined();
    await proof();
    expect(refusalOf(await undo(world))).toBe('done');
    expect(await broken(world)).toEqual({});
    expect(await openTurns()).toEqual(['wamid.parent', 'wamid.user']);
  });

  it('leaves a conversation that went over whole with all that belongs to it', async () => {
    await sayElsewhere('user', 5, { from_user_id: USER });
    await sayElsewhere('named', 40, { from: OTHER_PHONE, from_user_id: 'GB.152' });
    await sayElsewhere('shown', 40, { from: PHONE, from_user_id: USER });
    await say('phone', 20, { from: PHONE });
    await decide(await beginTurn('phone'));
    await say('other', 21, { from: OTHER_PHONE });
    await decide(await beginTurn('other'));
    const [one, other] = [await placeOf('phone'), await placeOf('other')];
    await joinByHand(world.pool, {
      buyerIds: [one.buyer_id, other.buyer_id],
      actor: 'anna',
      idempotencyKey: 'one',
      reason: 'one person',
    });
    // The one message goes over on its own, then the conversation with the other one.
    await proof(sayElsewhere);
    await sayElsewhere('proof2', 11, { from: OTHER_PHONE, from_user_id: 'GB.158' });
    const whole = await placeOf('other');
    expect(refusalOf(await undo(world))).toBe('done');
    expect(await broken(world)).toEqual({});
    expect(await placeOf('other')).toEqual(whole);
    const rows = await world.rows<{ buyer_id: string }>(
      `select distinct buyer_id from turn join message on message.id = trigger_message_id
         join conversation on conversation.id = turn.conversation_id where whatsapp_id = 'wamid.other'`,
    );
    expect(rows).toEqual([{ buyer_id: whole.buyer_id }]);
    expect(
      await world.rows(
        `select 1 from conversation where phone_number_id = $1 and merged_into is null
            and not exists (select 1 from message where conversation_id = conversation.id)`,
        [NUMBER_ID],
      ),
    ).toEqual([]);
  });

  it('lets no answer leave to what is somebody else’s by now', async () => {
    await say('user', 5, { from_user_id: USER });
    await say('phone', 20, { from: PHONE });
    const turnId = await beginTurn('phone');
    await decide(turnId);
    await world.rows(
      `insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id, answers_message_id)
       select 'answer', message.conversation_id, 'reply', 'automation', 'planned', 'text', '{}', 0, decision.id, message.id
         from message join decision on decision.turn_id = message.turn_id and decision.kind = 'route'
        where whatsapp_id = 'wamid.phone'`,
    );
    // An agent has the other conversation: what automation had planned in this one is recalled by the join.
    await world.rows(`update conversation set owner = 'agent:anna', owner_at = now() where id = $1`, [
      (await placeOf('user')).id,
    ]);
    await groundOwners(world.pool);
    await say('both', 50, { from: PHONE, from_user_id: USER });
    await joined();
    expect(await world.rows(`select 1 from send where status = 'planned'`)).toEqual([]);
    await proof();
    expect(refusalOf(await undo(world))).toBe('done');
    expect(await broken(world)).toEqual({});
    expect(await world.rows(`select key from send where status = 'planned'`)).toEqual([]);
  });
});
