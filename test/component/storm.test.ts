import { expectStatus } from '../support/api-client';
import { waitFor } from '../support/wait-for';
import { conversationWorkflowId, skipFollowUp } from '../../workflows/contract';
import { openHouse } from './house';
import type { House } from './house';
import { messagesBody, textMessage } from './webhook-bodies';
import { listRuns } from './workflow-runs';

const ROUNDS = 100;
const MESSAGES_PER_ROUND = 3;
const ROUNDS_PER_COMMAND = 10;

let house: House;
beforeAll(async () => {
  house = await openHouse({ policyFile: 'test/component/policies/no-gap.yaml' });
  await house.simulator.settings({ whatsapp_pair_limit: null });
});
afterAll(() => house.close());

describe('a storm of signals', () => {
  it('runs through continue-as-new, and each message and each command is handled exactly once', async () => {
    const buyer = house.buyer();
    await buyer.write('Do you deliver?');
    await buyer.receives(1);
    const { id } = await buyer.conversation();
    const handle = house.temporalClient().workflow.getHandle(conversationWorkflowId(id));

    for (let round = 1; round <= ROUNDS; round += 1) {
      const messages = Array.from({ length: MESSAGES_PER_ROUND }, (_none, index) =>
        textMessage(buyer.waId, `Do you deliver to street ${round}, number ${index}?`),
      );
      const answers = await Promise.all(messages.map((message) => house.api.webhook(messagesBody(message))));
      for (const answer of answers) expectStatus(answer, 200);
      if (round % ROUNDS_PER_COMMAND === 0) await handle.signal(skipFollowUp);
    }
    const messagesCount = 1 + ROUNDS * MESSAGES_PER_ROUND;
    await buyer.settles(messagesCount, 90_000);

    const runs = await waitFor(
      async () => {
        const found = await listRuns(house.temporalClient(), conversationWorkflowId(id));
        return found.length > 1 && found;
      },
      { what: 'more than one run of the workflow' },
    );
    expect(runs.map(({ status }) => status.name)).not.toContain('FAILED');
    expect(await house.count(`message where conversation_id = $1 and direction = 'inbound'`, [id])).toBe(
      messagesCount,
    );
    // Each turn is decided once, by one verdict, and answered once at most.
    const turns = await house.count(`turn where conversation_id = $1 and status = 'decided'`, [id]);
    expect(await house.count(`decision where conversation_id = $1 and kind = 'route'`, [id])).toBe(turns);
    expect(await house.count(`decision where conversation_id = $1 and kind = 'episode'`, [id])).toBe(
      messagesCount,
    );
    const left = await house.count(`send where conversation_id = $1 and whatsapp_id is not null`, [id]);
    expect(await buyer.received()).toHaveLength(left);
    const ordered = ROUNDS / ROUNDS_PER_COMMAND;
    await waitFor(async () => (await house.count('command where conversation_id = $1', [id])) === ordered, {
      what: `${ordered} commands in the log`,
    });
  });
});
