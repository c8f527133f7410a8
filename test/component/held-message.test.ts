import { z } from 'zod';
import { expectStatus } from '../support/api-client';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';

let house: House;
beforeAll(async () => {
  house = await openHouse({ policyFile: 'test/component/policies/held.yaml' });
});
afterAll(() => house.close());

const sendSchema = z.looseObject({ id: z.string(), status: z.string(), not_before: z.string().nullable() });

/** The answer to a buyer, as the ledger shows it while it is held. */
async function heldAnswer(buyer: Buyer): Promise<z.infer<typeof sendSchema>> {
  const { id } = await buyer.conversationWhere(
    'the answer is held',
    ({ next_action: next }) => next?.kind === 'held_send',
  );
  const { body } = expectStatus(await house.api.get(`/v1/sends?conversation_id=${id}&status=held`), 200);
  const [send] = z.looseObject({ items: z.array(sendSchema) }).parse(body).items;
  if (send === undefined) throw new Error('nothing is held');
  return send;
}

it('an answer is held and shown; cancelled it never arrives, left alone it does', async () => {
  const cancelled = house.buyer();
  await cancelled.write('Do you deliver?');
  const send = await heldAnswer(cancelled);
  expectStatus(await house.api.post(`/v1/sends/${send.id}/cancel`, { reason: 'not today' }), 200);
  const other = house.buyer();
  await other.write('Do you deliver?');
  const { not_before: dueAt } = await heldAnswer(other);
  expect(Date.parse(dueAt ?? '')).toBeGreaterThan(Date.now());
  expect(await other.received()).toEqual([]);
  for (const buyer of [cancelled, other]) await house.makeDue(buyer);
  await other.receives(1);
  await cancelled.settles(1);
  expect(await cancelled.received()).toEqual([]);
  const { sends, commands, needs_human: needsHuman } = await cancelled.conversation();
  expect(sends).toMatchObject([{ status: 'recalled', reason_code: 'command.cancel_send' }]);
  expect(commands).toMatchObject([{ kind: 'cancel_send', outcome: 'done' }]);
  expect(needsHuman).toBe(true);
});
