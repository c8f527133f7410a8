import { chooseNextStep } from '../../activities/conversation/choose-next-step';
import { assignItems, findUnassigned } from '../../api/ingest/assign';
import { loadReplyModel } from '../../platform/reply-model';
import { inTransaction } from '../../platform/database';
import { applySendReport, lockSend } from '../../store/send.store';
import { at, bodyOf, change, identityChange, messages } from './bodies';
import { BUYER, createOwnerWorld } from './owner-world';
import type { OwnerWorld } from './owner-world';

const OWN = 'wamid.own';

let world: OwnerWorld;
beforeAll(async () => {
  world = await createOwnerWorld();
});
beforeEach(async () => {
  await world.empty();
  await world.ask(0, { id: 'wamid.owner', from_user_id: 'GB.1' });
  await world.planReply();
  await world.pool.query(
    `update send set status = 'claimed', claimed_at = now(), type = 'text', body = '{"type":"text","text":{"body":"We have oak."}}'
      where key = 'reply'`,
  );
  // Somebody else has the number by the time at which our answer is echoed.
  await world.ask(20, { id: 'wamid.stranger', from_user_id: 'GB.2' });
});
afterAll(() => world.end());

const sweep = async () => assignItems(world.pool, await findUnassigned(world.pool, -1000, 100));
const sendId = async () =>
  (await world.rows<{ id: string }>(`select id from send where key = 'reply'`))[0]?.id ?? '';
const answer = async () => {
  await inTransaction(world.pool, async (client) => {
    const send = await lockSend(client, await sendId());
    if (send === null) throw new Error('there is no such send');
    await applySendReport(client, send, { whatsappId: OWN, status: 'accepted', atMs: Number(at(31)) * 1000 });
  });
};
const status = async () => {
  await world.take(
    bodyOf(
      change({
        statuses: [
          {
            id: OWN,
            status: 'sent',
            timestamp: at(32),
            recipient_user_id: 'GB.1',
            biz_opaque_callback_data: await sendId(),
          },
        ],
      }),
    ),
  );
};
const echo = () => world.echo(30, 'We have oak.', { id: OWN });

type Place = { id: string; owner: string; said: string[]; waits: number };
/** The conversations of the one who asked first and of the stranger. */
const places = () =>
  world.rows<Place>(
    `select id, owner, (select array_agg(whatsapp_id || ' ' || author order by sent_at) from message where conversation_id = conversation.id) as said,
            (select count(*)::int from wait where conversation_id = conversation.id and ended_at is null) as waits
       from conversation where merged_into is null order by created_at`,
  );
const look = async (id: string | undefined) => {
  await chooseNextStep(world.pool, loadReplyModel(), id ?? '');
};

describe('the echo of our own message that names a number which is somebody else’s by now', () => {
  it.each([
    ['the answer', answer],
    ['a status', status],
  ])('is the send’s once %s tells it, and the other conversation is whose it was', async (_what, tell) => {
    await echo();
    expect(await places()).toMatchObject([
      { owner: 'automation', said: ['wamid.owner buyer'] },
      { owner: 'phone', said: ['wamid.stranger buyer', `${OWN} agent:nora`] },
    ]);
    await tell();
    await sweep();
    expect(await places()).toMatchObject([
      { owner: 'automation', said: ['wamid.owner buyer', `${OWN} automation`] },
      { owner: 'automation', said: ['wamid.stranger buyer'] },
    ]);
    expect(
      await world.rows(
        `select conversation_id, verdict from decision where reason_code = 'owner.own_echo' and kind = 'owner'`,
      ),
    ).toEqual([{ conversation_id: (await places())[1]?.id, verdict: 'automation' }]);
    expect(await world.rows('select send_id from message where whatsapp_id = $1', [OWN])).toEqual([
      { send_id: await sendId() },
    ]);
    expect(await world.rows('select 1 from webhook_item where assigned_at is null')).toEqual([]);
  });

  it('takes nothing over when it comes after the answer', async () => {
    await answer();
    await echo();
    await sweep();
    expect(await places()).toMatchObject([
      { owner: 'automation', said: ['wamid.owner buyer', `${OWN} automation`] },
      { owner: 'automation', said: ['wamid.stranger buyer'] },
    ]);
  });

  it('leaves no silence of the other buyer behind', async () => {
    await echo();
    const [own, other] = await places();
    await look(other?.id);
    expect((await places())[1]?.waits).toBe(1);
    await answer();
    await sweep();
    await look(own?.id);
    await look(other?.id);
    expect((await places()).map(({ waits }) => waits)).toEqual([1, 0]);
  });

  it('stays the send’s also when more becomes known of who had the number', async () => {
    await answer();
    await echo();
    await world.take(
      messages(
        identityChange(
          { type: 'user_changed_number', user_id: 'GB.3', previous_user_id: 'GB.1' },
          { from: BUYER, timestamp: at(10) },
        ),
      ),
    );
    expect((await places())[0]?.said).toEqual(['wamid.owner buyer', `${OWN} automation`]);
  });
});
