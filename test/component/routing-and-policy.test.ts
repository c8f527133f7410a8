import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { expectStatus } from '../support/api-client';
import { startParts } from '../support/parts';
import { openHouse } from './house';
import type { House } from './house';

const QUICK = join(__dirname, 'policies/quick.yaml');
const BROKEN = 'name: broken\nrouting:\n  rules: many\n';

let house: House;
let folder: string;
let policyFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'continuo-test-policy-'));
  policyFile = join(folder, 'policy.yaml');
  await writeFile(policyFile, await readFile(QUICK, 'utf8'));
  house = await openHouse({ policyFile });
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

const policyList = z.object({
  items: z.array(z.looseObject({ id: z.number(), status: z.string() })),
});

async function activePolicyId(): Promise<number | undefined> {
  const { items } = policyList.parse(expectStatus(await house.api.get('/v1/policies'), 200).body);
  return items.find(({ status }) => status === 'active')?.id;
}

describe('routing', () => {
  it.concurrent(
    'a reply shows its rule, its reasons, its policy and what would have changed it',
    async () => {
      const buyer = house.buyer();
      await buyer.write('How much is the set?');
      await buyer.receives(1);
      const { decisions } = await buyer.conversation();
      const route = decisions.find(({ kind }) => kind === 'route');
      expect(route).toMatchObject({
        verdict: 'reply',
        rule_name: 'price-question',
        policy_version: await activePolicyId(),
      });
      const codes = route?.reasons.map(({ code }) => code);
      expect(codes).toEqual(expect.arrayContaining(['route.rule', 'turn.code', 'number.mode']));
      expect(route?.flip).not.toBeNull();
      expect(route?.explanation).not.toBe('');
    },
  );

  it.concurrent('a complaint goes to a person, with the reason, and nothing is sent', async () => {
    const buyer = house.buyer();
    await buyer.write('This is unacceptable, the table arrived broken and I want my money back!');
    const conversation = await buyer.conversationWhere('a person is asked', (one) => one.needs_human);
    await buyer.settles(1);
    expect(conversation).toMatchObject({ owner: 'unassigned', reason_code: 'route.complaint' });
    expect(await buyer.received()).toEqual([]);
  });

  it.concurrent('thanks are answered by silence, with the reason', async () => {
    const buyer = house.buyer();
    await buyer.write('Do you deliver?');
    await buyer.receives(1);
    await buyer.write('Great, thank you very much!');
    const { decisions } = await buyer.settles(2);
    expect(decisions.findLast(({ kind }) => kind === 'route')).toMatchObject({
      verdict: 'silence',
      reason_code: 'silence.completion',
    });
    expect(await buyer.received()).toHaveLength(1);
  });

  it.concurrent('who asks us to stop gets nothing more, also not from a person', async () => {
    const buyer = house.buyer();
    await buyer.write('How much is the set?');
    await buyer.receives(1);
    await buyer.write('STOP');
    const { id, decisions } = await buyer.settles(2);
    expect(decisions.findLast(({ kind }) => kind === 'stop')).toMatchObject({ reason_code: 'stop.opt_out' });
    const refused = await house.api.command(id, 'messages', { json: { text: { body: 'Are you sure?' } } });
    expect(refused.status).toBe(409);
    expect(await buyer.received()).toHaveLength(1);
  });

  it.concurrent('an observed number sends nothing and shows what would have been sent', async () => {
    const buyer = house.buyer();
    const number = { phone_number_id: '100000000000009', display_phone_number: '12025550109' };
    await buyer.write('How much is the set?', number);
    const { id, sends, decisions } = await buyer.settles(1);
    expect(sends).toMatchObject([{ kind: 'reply', status: 'refused', reason_code: 'gate.mode' }]);
    expect(decisions.find(({ kind }) => kind === 'route')).toMatchObject({ verdict: 'reply' });
    const [row] = await house.rows<{ text: string }>(
      `select body #>> '{text,body}' as text from send where conversation_id = $1`,
      [id],
    );
    expect(row?.text).toContain('the set is 490 USD. Which colour would you like?');
    expect(await buyer.received()).toEqual([]);
    expect(JSON.stringify(await house.simulator.sends())).not.toContain(number.phone_number_id);
  });

  it.concurrent('a number in draft mode prepares the text and leaves it to people', async () => {
    const buyer = house.buyer();
    const number = { phone_number_id: '100000000000003', display_phone_number: '12025550103' };
    await buyer.write('How much is the set?', number);
    const { sends } = await buyer.settles(1);
    expect(sends).toMatchObject([{ kind: 'reply', status: 'draft' }]);
    expect(await buyer.received()).toEqual([]);
  });
});

describe('the policy file', () => {
  it('a broken file leaves the active version in charge and is reported with its path', async () => {
    const before = await activePolicyId();
    await writeFile(policyFile, BROKEN);
    await house.restart('worker');
    expect(house.process('worker').log()).toContain('the policy file cannot be used');
    expect(await activePolicyId()).toBe(before);
    const buyer = house.buyer();
    await buyer.write('How much is the set?');
    await buyer.receives(1);
    const { decisions } = await buyer.conversation();
    expect(decisions.find(({ kind }) => kind === 'route')?.policy_version).toBe(before);
  });

  it('a changed file becomes a new version, and decisions from then on name it', async () => {
    const before = await activePolicyId();
    const changed = (await readFile(QUICK, 'utf8')).replace('490 USD', '520 USD');
    await writeFile(policyFile, changed);
    await house.restart('worker');
    const now = await activePolicyId();
    expect(now).not.toBe(before);
    const buyer = house.buyer();
    await buyer.write('How much is the set?');
    await buyer.receives(1);
    expect((await buyer.texts())[0]).toContain('520 USD');
    const { decisions } = await buyer.conversation();
    expect(decisions.find(({ kind }) => kind === 'route')?.policy_version).toBe(now);
  });

  it('without any active version the worker refuses to start and names the file and the mistake', async () => {
    const broken = join(folder, 'broken.yaml');
    await writeFile(broken, BROKEN);
    const parts = await startParts({ parts: [], policyFile: broken });
    try {
      const starting = parts.start('worker');
      await expect(starting).rejects.toThrow('ended with exit code 1');
      await expect(starting).rejects.toThrow(broken);
      await expect(starting).rejects.toThrow(/routing\.?rules|routing → rules|rules/);
      await expect(starting).rejects.toThrow('No policy is active yet');
    } finally {
      await parts.close();
    }
  });
});
