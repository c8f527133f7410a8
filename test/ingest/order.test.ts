import fc from 'fast-check';
import { deliveries } from './bundles';
import { facts, OUR_SENDS, RECIPIENT } from './facts';
import { at, bodyOf, change, message, messages, NUMBER_ID } from './bodies';
import { finalState } from './final-state';
import { activateShippedPolicy } from './policy';
import { useWorld } from './world';

const world = useWorld();
beforeAll(() =>
  activateShippedPolicy(world.pool, [
    [/^ {2}#\s+phone_agents: .*$/m, `  phone_agents: { "${NUMBER_ID}": anna }`],
  ]),
);

/** A conversation with two sends that WhatsApp has accepted. */
async function prepare(): Promise<void> {
  await world.empty();
  await world.take(messages(message({ id: 'wamid.first', from: RECIPIENT, timestamp: at(0) })));
  await world.pool.query(
    `insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
     select 'd', id, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1' from conversation`,
  );
  for (const [index, whatsappId] of OUR_SENDS.entries())
    await world.pool.query(
      `insert into send (id, key, conversation_id, kind, author, status, type, body, epoch, decision_id, whatsapp_id)
       select $3, $1, conversation_id, 'human', 'agent:anna', 'accepted', 'text', '{}', 0, id, $2 from decision`,
      [`key-${index}`, whatsappId, `00000000-0000-4000-8000-00000000000${index}`],
    );
  await world.pool.query(
    `insert into message (conversation_id, direction, author, whatsapp_id, type, body, sent_at, send_id)
     select conversation_id, 'outbound', author, whatsapp_id, type, body, to_timestamp($1), id from send`,
    [Number(at(90))],
  );
}

async function stateAfter(bodies: readonly unknown[]): Promise<unknown> {
  await prepare();
  for (const body of bodies) await world.take(body);
  return await finalState(world);
}

it('splitting, merging, reordering and repeating bodies gives the same final state', async () => {
  const joins = { seen: 0 };
  const cases = facts.chain((all) => fc.tuple(deliveries(all), deliveries(all)));
  await fc.assert(
    fc.asyncProperty(cases, async ([one, other]) => {
      const state = await stateAfter(one);
      joins.seen += (await world.rows('select 1 from buyer_join')).length;
      expect(await stateAfter(other)).toEqual(state);
    }),
    { numRuns: 30, seed: 5, endOnFailure: false },
  );
  // The cases are worth something only when buyers really prove to be one in them.
  expect(joins.seen).toBeGreaterThan(5);
});

it('the same when bodies come at once', async () => {
  const cases = facts.chain((all) => fc.tuple(deliveries(all), deliveries(all)));
  await fc.assert(
    fc.asyncProperty(cases, async ([one, other]) => {
      const inOrder = await stateAfter(one);
      await prepare();
      await Promise.all(other.map((body) => world.take(body)));
      expect(await finalState(world)).toEqual(inOrder);
    }),
    { numRuns: 15, seed: 6, endOnFailure: false },
  );
});

const STATUSES = ['sent', 'delivered', 'read', 'failed', 'played'].map((status, index) => ({
  id: 'wamid.ours1',
  status,
  timestamp: at(100 + index),
  biz_opaque_callback_data: '00000000-0000-4000-8000-000000000000',
}));

it.each(['accepted', 'claimed', 'unconfirmed', 'recalled'])(
  'statuses in any order end in the same place, whatever was known of the send: %s',
  async (known) => {
    const orders = fc
      .shuffledSubarray(STATUSES)
      .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })));
    const after = async (statuses: readonly object[]): Promise<unknown> => {
      await prepare();
      await world.pool.query(
        `update send set status = $1, reason_code = 'send.test' where whatsapp_id = 'wamid.ours1'`,
        [known],
      );
      if (known !== 'accepted')
        await world.pool.query(`delete from message where whatsapp_id = 'wamid.ours1'`);
      for (const status of statuses) await world.take(bodyOf(change({ statuses: [{ ...status }] })));
      return {
        sends: await world.rows('select key, status from send order by key'),
        said: await world.rows(
          'select whatsapp_id, direction, text, send_id from message order by whatsapp_id',
        ),
        statuses: await world.rows('select status, occurred_at, send_id from send_status order by status'),
      };
    };
    await fc.assert(
      fc.asyncProperty(orders, async ([one, other]) => {
        expect(await after(other)).toEqual(await after(one));
      }),
      { numRuns: 12, seed: 7, endOnFailure: false },
    );
  },
);
