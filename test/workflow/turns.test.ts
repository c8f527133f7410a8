import type { Stage } from './stage';
import { createSkippingStage } from './stage';
import { waitFor } from '../support/wait-for';

describe('a turn', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createSkippingStage();
  });
  afterAll(() => stage.close());

  it('of a known buyer takes its steps in order', async () => {
    const conversation = stage.conversation();
    await stage.write(conversation, 'a');
    await waitFor(() => conversation.callsOf('planFollowUp').length > 0, { what: 'the end of the turn' });
    expect(conversation.steps()).toEqual([
      'resolveIdentity',
      'reconstructContext',
      'decideRoute',
      'deliverSend',
      'planFollowUp',
    ]);
  });
});
