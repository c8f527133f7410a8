import { buyerDetail } from '../../api/contract';
import type { BuyerDetail } from '../../api/contract/record.contract';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { at, identityChange, message, messages } from '../ingest/bodies';
import type { Json } from '../ingest/bodies';
import { createExports } from '../import/exports';
import type { Exports } from '../import/exports';
import { createTestApi } from './app';
import type { TestApi } from './app';

const PHONE = '447700900196';
const USER_ID = 'GB.1961';

let api: TestApi;
let exports_: Exports;
beforeEach(async () => {
  api = await createTestApi();
  exports_ = createExports(api.world.pool);
});
afterEach(async () => {
  exports_.remove();
  await api.end();
});

const take = async (body: Json) =>
  assignItems(api.world.pool, await captureBody(api.world.pool, Buffer.from(JSON.stringify(body))));
const wrote = (from: Json, seconds = 0) => take(messages(message({ ...from, timestamp: at(seconds) })));
const imported = (line: string) =>
  exports_.take(exports_.write('export.csv', `phone,user_id,direction,time,text\n${line},in,${at(0)},Hello`));

async function buyer(condition = 'joined_into is null'): Promise<BuyerDetail> {
  const id = String(await api.world.value(`select id from buyer where ${condition}`));
  return buyerDetail.parse((await api.get(`/v1/buyers/${id}`)).body);
}
const whereToWrite = async (condition?: string) => {
  const { address, no_address_reason_code: reasonCode } = await buyer(condition);
  return address === null ? reasonCode : `${address.kind} ${address.value}`;
};

describe('a buyer is shown with the address to which a message would go', () => {
  it('the phone, also beside a user id', async () => {
    await wrote({ from: PHONE, from_user_id: USER_ID });
    expect(await whereToWrite()).toBe(`wa_id ${PHONE}`);
  });

  it('the user id where the phone is hidden', async () => {
    await wrote({ from_user_id: USER_ID });
    expect(await whereToWrite()).toBe(`bsuid ${USER_ID}`);
  });

  it('the user id of the business beside none of the number', async () => {
    await wrote({ from_parent_user_id: 'GB.ENT.1962' });
    expect(await whereToWrite()).toBe('parent_bsuid GB.ENT.1962');
  });

  it('the form of a number that WhatsApp gave, whatever people write', async () => {
    await wrote({ from: '5511987650196' });
    await imported('551187650196,');
    expect(await whereToWrite()).toBe('wa_id 5511987650196');
  });

  it('the form that people wrote as long as no other is known', async () => {
    await imported('551187650196,');
    expect(await whereToWrite()).toBe('wa_id 551187650196');
  });

  it('the newest after a change of number', async () => {
    await wrote({ from: PHONE, from_user_id: USER_ID });
    const system = { type: 'user_changed_number', wa_id: '447700900197', user_id: 'GB.1963' };
    await take(messages(identityChange(system, { from: PHONE, timestamp: at(10) })));
    expect(await whereToWrite()).toBe('wa_id 447700900197');
  });
});

describe('a buyer to whom no message can go is shown with the reason', () => {
  it('the number was given up, and nothing newer is known', async () => {
    await wrote({ from: PHONE, from_user_id: USER_ID });
    const system = { type: 'user_changed_number', previous_user_id: USER_ID };
    await take(messages(identityChange(system, { timestamp: at(10) })));
    expect(await whereToWrite()).toBe('address.given_up');
  });

  it('the buyer proved to be another one, who has the address', async () => {
    await wrote({ from: PHONE });
    await wrote({ from_user_id: USER_ID });
    await wrote({ from: PHONE, from_user_id: USER_ID }, 10);
    expect(await whereToWrite('joined_into is not null')).toBe('address.joined');
    expect(await whereToWrite()).toBe(`wa_id ${PHONE}`);
  });

  it('only a username is known, or nothing', async () => {
    await wrote({ from: PHONE });
    await api.world.pool.query(`update buyer_identity set kind = 'username', value = 'nora.example'`);
    expect(await whereToWrite()).toBe('address.username_only');
    await api.world.pool.query('delete from buyer_identity');
    expect(await whereToWrite()).toBe('address.unknown');
  });
});
