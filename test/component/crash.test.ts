import { waitFor } from '../support/wait-for';
import { expectStatus } from '../support/api-client';
import type { Fault } from '../support/simulator-client';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';
import { messagesBody, newWamid, textMessage } from './webhook-bodies';

/** Longer than it takes to bring everybody into position. */
const DELAY_MS = 8_000;
/** An activity of a dead worker is tried again after its own time limit of 20 s. */
const RECOVERY_MS = 60_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function inPosition(what: string, isThere: () => Promise<boolean>): Promise<void> {
  await waitFor(isThere, { what, timeoutMs: 20_000, everyMs: 20 });
}

async function ask(buyer: Buyer, text: string): Promise<void> {
  const before = (await buyer.received()).length;
  await buyer.write(text);
  await buyer.receives(before + 1);
}

async function delay(
  fault: Pick<Fault, 'service' | 'match' | 'after_commit'>,
): Promise<() => Promise<boolean>> {
  const id = await house.simulator.fault({ ...fault, kind: 'delay', delay_ms: DELAY_MS, times: 1 });
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
    const hasRequest = await delay({ service: 'whatsapp', match: sendTo(underWay) });
    const hasSent = await delay({ service: 'whatsapp', match: sendTo(answerLost), after_commit: true });
    const hasLookUp = await delay({ service: 'hubspot', match: { body: lookedUp.waId.slice(2) } });
    await Promise.all([underWay, answerLost].map((buyer) => buyer.write('Also at night?')));
    await inPosition('the request', hasRequest);
    await inPosition('the message that left', hasSent);
    await lookedUp.write('Also at night?');
    await inPosition('the look-up', hasLookUp);
    // The claim is committed and the call not begun: the read mark before it hangs.
    const id = newWamid();
    await delay({ service: 'whatsapp', match: { body: id } });
    expectStatus(
      await house.api.webhook(messagesBody(textMessage(claimed.waId, 'Also at night?', { id }))),
      200,
    );
    await inPosition('the claim', async () => (await claimedSendsOf(claimed)) === 1);
    await waiting.write('Do you deliver?');

    await house.kill9('worker');
    await house.start('worker');

    await waiting.receives(1, RECOVERY_MS);
    await lookedUp.receives(1, RECOVERY_MS);
    await underWay.receives(2, RECOVERY_MS);
    await answerLost.receives(2, RECOVERY_MS);
    const flagged = await claimed.conversationWhere(
      'a person is asked about the send',
      (one) => one.needs_human && one.reason_code === 'send.unconfirmed',
      RECOVERY_MS,
    );
    expect(flagged.sends.at(-1)).toMatchObject({ status: 'unconfirmed', reason_code: 'send.attempt_lost' });
    await Promise.all([
      waiting.settles(1, RECOVERY_MS),
      lookedUp.settles(1, RECOVERY_MS),
      ...[underWay, answerLost, claimed].map((buyer) => buyer.settles(2, RECOVERY_MS)),
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
