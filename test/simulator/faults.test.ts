import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import { buyerWrites, codeOf, post, textTo } from './cloud-api';
import { createInput, crm, crmClient } from './crm-api';

const ZOE = '12025550123';
/** Longer than any test: what is held goes on when the test says so. */
const HELD_MS = 3_600_000;
const NEW_CONTACT = { properties: { firstname: 'Zoe' }, associations: [] };

describe('planned faults', () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator({ hubspotAccessToken: 'hs-token', whatsappAccessToken: 'wa-token' });
  });
  beforeEach(async () => {
    await http(`${simulator.url}/control/reset`, { json: {} });
  });
  afterAll(() => simulator.stop());

  const plan = async (fault: object) => {
    const answer = await http(`${simulator.url}/control/faults`, { json: fault });
    return z.looseObject({ id: z.string() }).parse(answer.body).id;
  };
  const create = () => crm(simulator.url, '/crm/objects/2026-09/contacts', { json: NEW_CONTACT });
  const contacts = async () =>
    z
      .looseObject({ total: z.number() })
      .parse((await http(`${simulator.url}/control/hubspot/objects/contacts`)).body).total;

  it('an error is answered as often as asked for, then all is well', async () => {
    await plan({ service: 'hubspot', kind: 'error', status: 503, times: 2 });
    expect((await create()).status).toBe(503);
    expect((await create()).status).toBe(503);
    expect((await create()).status).toBe(201);
    expect(await contacts()).toBe(1);
  });

  it('only what matches is hit', async () => {
    await plan({ service: 'hubspot', kind: 'error', match: { method: 'POST', path: '/search' } });
    await plan({ service: 'hubspot', kind: 'error', match: { body: 'Ben' } });
    expect((await create()).status).toBe(201);
    expect((await crm(simulator.url, '/crm/objects/2026-09/contacts/search', { json: {} })).status).toBe(500);
    expect((await http(`${simulator.url}/control/faults`, { method: 'DELETE' })).status).toBe(200);
    expect((await crm(simulator.url, '/crm/objects/2026-09/contacts/search', { json: {} })).status).toBe(200);
  });

  it('the first requests can be let through', async () => {
    await plan({ service: 'hubspot', kind: 'error', skip: 1, times: 1 });
    const answers = [(await create()).status, (await create()).status, (await create()).status];
    expect(answers).toEqual([201, 500, 201]);
  });

  it('a cut before leaves nothing behind', async () => {
    await plan({ service: 'hubspot', kind: 'cut-before', times: 1 });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(await contacts()).toBe(0);
  });

  it('a cut after the commit leaves the record behind and no answer', async () => {
    await plan({ service: 'hubspot', kind: 'cut-after-commit', times: 1 });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(await contacts()).toBe(1);
  });

  it('an empty 502 has no content type, which the client of HubSpot cannot read', async () => {
    await plan({ service: 'hubspot', kind: 'empty-502' });
    const answer = await create();
    expect(answer).toMatchObject({ status: 502, body: '' });
    expect(answer.headers.has('content-type')).toBe(false);
    const call = crmClient(simulator.url).crm.objects.basicApi.create(
      'contacts',
      createInput({ firstname: 'Zoe' }),
    );
    await expect(call).rejects.toThrow('Cannot parse content. No Content-Type defined.');
    expect(await contacts()).toBe(0);
  });

  it('an error after the commit has done its work', async () => {
    await plan({ service: 'hubspot', kind: 'empty-502', after_commit: true, times: 1 });
    expect((await create()).status).toBe(502);
    expect(await contacts()).toBe(1);
  });

  it('a delay holds the work back, or only the answer', async () => {
    await plan({ service: 'hubspot', kind: 'delay', delay_ms: 50, times: 1 });
    expect((await create()).status).toBe(201);
    await plan({ service: 'hubspot', kind: 'delay', delay_ms: HELD_MS, after_commit: true, times: 1 });
    const patience = new AbortController();
    const lost = crm(simulator.url, '/crm/objects/2026-09/contacts', {
      json: NEW_CONTACT,
      signal: patience.signal,
    });
    await waitFor(async () => (await contacts()) === 2, { what: 'the work' });
    patience.abort();
    await expect(lost).rejects.toThrow('aborted');
    expect(await contacts()).toBe(2);
  });

  it('what a fault holds back goes on when the fault ends', async () => {
    const id = await plan({ service: 'hubspot', kind: 'delay', delay_ms: HELD_MS });
    const held = create();
    const hits = async () => (await http(`${simulator.url}/control/faults`)).body;
    await waitFor(async () => JSON.stringify(await hits()).includes('"hits":1'), { what: 'the request' });
    expect(await contacts()).toBe(0);
    const end = () => http(`${simulator.url}/control/faults/${id}`, { method: 'DELETE' });
    expect((await end()).status).toBe(200);
    expect((await held).status).toBe(201);
    expect((await create()).status).toBe(201);
    expect((await end()).status).toBe(404);
  });

  it('an own body, status and headers can be given', async () => {
    const body = '<html>Bad gateway</html>';
    await plan({ service: 'hubspot', kind: 'error', status: 502, body, times: 1 });
    const html = await create();
    expect(html).toMatchObject({ status: 502, body });
    expect(html.headers.get('content-type')).toContain('text/html');
    await plan({ service: 'hubspot', kind: 'error', status: 477, headers: { 'retry-after': '5' } });
    expect((await create()).headers.get('retry-after')).toBe('5');
  });

  it('WhatsApp can fail with and without Meta’s error, before and after the message went out', async () => {
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await plan({ service: 'whatsapp', kind: 'error', status: 500, times: 1 });
    expect(codeOf(await post(simulator.url, textTo(ZOE, 'one')))).toBe(131000);
    await plan({ service: 'whatsapp', kind: 'cut-after-commit', times: 1 });
    await expect(post(simulator.url, textTo(ZOE, 'two'))).rejects.toThrow('fetch failed');
    const phone = await http(`${simulator.url}/control/whatsapp/phones/${ZOE}`);
    expect(phone.body).toMatchObject({ messages: [{ text: 'hi' }, { text: 'two' }] });
  });
});
