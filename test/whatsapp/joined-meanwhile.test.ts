import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { message, messages } from '../ingest/bodies';
import type { Json } from '../ingest/bodies';
import { LedgerWorld } from '../store/ledger-world';
import type { Fate } from '../store/whatsapp-server';

const USER = 'GB.13491208655302741918';

let ledger: LedgerWorld;
beforeEach(async () => {
  ledger = await LedgerWorld.open();
});
afterEach(() => ledger.close());

async function takeFrom(sender: Json): Promise<void> {
  const { pool } = ledger.world;
  const said = message({ ...sender, timestamp: String(Math.floor(Date.now() / 1000)) });
  await assignItems(pool, await captureBody(pool, Buffer.from(JSON.stringify(messages(said)))));
}

it.each<[Fate, string]>([
  ['refuse', 'whatsapp.content'],
  ['cut', 'send.unconfirmed'],
])(
  'a message whose buyer proves to be somebody known while it is with WhatsApp (%s) is a question in the conversation that goes on',
  async (fate, reasonCode) => {
    await takeFrom({ from_user_id: USER });
    const older = await ledger.world.value('select id from conversation');
    const scene = await ledger.scene();
    const sendId = await ledger.write(scene);
    ledger.whatsapp.fate = fate;
    ledger.whatsapp.meanwhile = () => takeFrom({ from: scene.waId, from_user_id: USER });
    await ledger.deliver(sendId);
    const asked = await ledger.world.pool.query('select id, reason_code from conversation where needs_human');
    expect(asked.rows).toEqual([{ id: older, reason_code: reasonCode }]);
    expect(await ledger.world.value('select merged_into from conversation where id = $1', [scene.id])).toBe(
      older,
    );
  },
);
