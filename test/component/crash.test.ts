import { waitFor } from '../support/wait-for';
import { expectStatus } from '../support/api-client';
import type { Fault } from '../support/simulator-client';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';
import { messagesBody, newWamid, textMessage } from './webhook-bodies';

/** Longer than any test: what is held back goes on when the test lets it. */
const HELD_MS = 3_600_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function inPosition(what: string, isThere: () => Promise<boolean>): Promise<void> {
  await waitFor(isThere, { what, everyMs: 20 });
}

async function ask(buyer: Buyer, text: string): Promise<void> {
  const before = (await buyer.received()).length;
  await buyer.write(text);
  await buyer.receives(before + 1);
}

async function hold(
  fault: Pick<Fault, 'service' | 'match' | 'after_commit'>,
): Promise<() => Promise<boolean>> {
  const id = await house.simulator.fault({ ...fault, kind: 'delay', delay_ms: HELD_MS, times: 1 });
  return async () => (await house.simulator.hitsOf(id)) === 1;
}

const claimedSendsOf = async (buyer: Buyer) =>
  house.count(
    `send join conversation on conversation.id = send.conversation_id join buyer_identity using (buyer_id)
      where value = $1 and send.status = 'claimed'`,
    [buyer.waId],
  );

describe('a worker that is killed in the middle of turns', () => {
  it('leaves one reply each behind; what may have left is adopted or flagged, never sent twice', async () => {
    const lookedUp = house.buyer('Looked Up');
    const underWay = house.buyer('Under Way');
    const answerLost = house.buyer('Answer Lost');
    const claimed = house.buyer('Only Claimed');
    const waiting = house.buyer('In The Gap');
    await Promise.all([underWay, answerLost, claimed].map((buyer) => ask(buyer, 'Do you deliver?')));

    // WhatsApp has the request; WhatsApp has sent, and its answer is on the way; the look-up in HubSpot is under way.
    const sendTo = (buyer: Buyer) => ({ body: `"to":"+${buyer.waId}"` });
    const hasRequest = await hold({ service: 'whatsapp', match: sendTo(underWay) });
    const hasSent = await hold({ service: 'whatsapp', match: sendTo(answerLost), after_commit: true });
    const hasLookUp = await hold({ service: 'hubspot', match: { body: lookedUp.waId.slice(2) } });
    await Promise.all([underWay, answerLost].map((buyer) => buyer.write('Also at night?')));
    await inPosition('the request', hasRequest);
    await inPosition('the message that left', hasSent);
    await lookedUp.write('Also at night?');
    await inPosition('the look-up', hasLookUp);
    // The claim is committed and the call not begun: the read mark before it hangs. If the machine stands still for so long
    // that the worker calls all the same, nothing leaves either.
    const id = newWamid();
    await hold({ service: 'whatsapp', match: { body: id } });
    await house.simulator.fault({ service: 'whatsapp', match: sendTo(claimed), kind: 'hang', times: 1 });
    expectStatus(
      await house.api.webhook(messagesBody(textMessage(claimed.waId, 'Also at night?', { id }))),
      200,
    );
    await inPosition('the claim', async () => (await claimedSendsOf(claimed)) === 1);
    await waiting.write('Do you deliver?');

    await house.kill9('worker');
    await house.simulator.clearFaults();
    await house.start('worker');

    await waiting.receives(1);
    await lookedUp.receives(1);
    await underWay.receives(2);
    await answerLost.receives(2);
    const flagged = await claimed.conversationWhere(
      'a person is asked about the send',
      (one) => one.needs_human && one.reason_code === 'send.unconfirmed',
    );
    expect(flagged.sends.at(-1)).toMatchObject({ status: 'unconfirmed', reason_code: 'send.attempt_lost' });
    await Promise.all([
      waiting.settles(1),
      lookedUp.settles(1),
      ...[underWay, answerLost, claimed].map((buyer) => buyer.settles(2)),
    ]);
    const counts = [waiting, lookedUp, underWay, answerLost, claimed].map(
      async (buyer) => `${buyer.name}: ${(await buyer.received()).length}`,
    );
    expect(await Promise.all(counts)).toEqual([
      'In The Gap: 1',
      'Looked Up: 1',
      'Under Way: 2',
      'Answer Lost: 2',
      'Only Claimed: 1',
    ]);
    for (const buyer of [underWay, answerLost]) {
      const { sends, needs_human: needsHuman } = await buyer.conversation();
      expect(needsHuman).toBe(false);
      expect(['sent', 'delivered']).toContain(sends.at(-1)?.status);
    }

    // Everybody's conversation goes on.
    await Promise.all(
      [waiting, lookedUp, underWay, answerLost].map((buyer) => ask(buyer, 'And on Sundays?')),
    );
  });
});
