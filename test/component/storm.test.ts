import { expectStatus } from '../support/api-client';
import { waitFor } from '../support/wait-for';
import { conversationWorkflowId, look, skipFollowUp } from '../../workflows/contract';
import { openHouse } from './house';
import type { House } from './house';
import { messagesBody, textMessage } from './webhook-bodies';
import { listRuns } from './workflow-runs';

const MESSAGES_PER_ROUND = 3;
const LOOKS_PER_ROUND = 6;
const ROUNDS_PER_COMMAND = 10;
const ROUNDS_MIN = 40;
const ROUNDS_MAX = 300;
/** The storm goes on for so long after the first continue-as-new. */
const ROUNDS_AFTER = 20;

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
    const workflowId = conversationWorkflowId(id);
    const handle = house.temporalClient().workflow.getHandle(workflowId);
    const { runId: firstRunId } = await handle.describe();

    const playRound = async (round: number): Promise<void> => {
      const bodies = Array.from({ length: MESSAGES_PER_ROUND }, (_none, index) =>
        messagesBody(textMessage(buyer.waId, `Do you deliver to street ${round}, number ${index}?`)),
      );
      const looks = Array.from({ length: LOOKS_PER_ROUND }, () => handle.signal(look));
      const answers = await Promise.all(bodies.map((body) => house.api.webhook(body)));
      for (const answer of answers) expectStatus(answer, 200);
      await Promise.all(looks);
      if (round % ROUNDS_PER_COMMAND === 0) await handle.signal(skipFollowUp);
    };
    let rounds = 0;
    for (let left = ROUNDS_AFTER; left > 0 && rounds < ROUNDS_MAX;) {
      rounds += 1;
      await playRound(rounds);
      const isContinued = left < ROUNDS_AFTER || (await handle.describe()).runId !== firstRunId;
      if (isContinued && rounds >= ROUNDS_MIN) left -= 1;
    }
    const messagesCount = 1 + rounds * MESSAGES_PER_ROUND;
    await buyer.settles(messagesCount);
    const ordered = Math.floor(rounds / ROUNDS_PER_COMMAND);
    await waitFor(async () => (await house.count('command where conversation_id = $1', [id])) >= ordered, {
      what: `${ordered} commands in the log`,
    });

    const runs = await listRuns(house.temporalClient(), workflowId);
    expect(runs.map(({ status }) => status.name)).toContain('CONTINUED_AS_NEW');
    // Each turn is decided once, by one verdict, and answered once at most.
    const found = {
      messages: await house.count(`message where conversation_id = $1 and direction = 'inbound'`, [id]),
      episodeVerdicts: await house.count(`decision where conversation_id = $1 and kind = 'episode'`, [id]),
      routes: await house.count(`decision where conversation_id = $1 and kind = 'route'`, [id]),
      commands: await house.count('command where conversation_id = $1', [id]),
      received: (await buyer.received()).length,
    };
    expect(found).toEqual({
      messages: messagesCount,
      episodeVerdicts: messagesCount,
      routes: await house.count(`turn where conversation_id = $1 and status = 'decided'`, [id]),
      commands: ordered,
      received: await house.count('send where conversation_id = $1 and whatsapp_id is not null', [id]),
    });
    expect(house.process('worker').log()).not.toContain('"level":"error"');
  });
});
