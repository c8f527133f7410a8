import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import { Journal } from '../../simulator/state/journal.store';
import { Child } from '../support/child';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import { advance, buyerWrites, change, sendText } from './cloud-api';
import { crm } from './crm-api';
import { startInbox, statusesOf } from './inbox';
import type { Inbox } from './inbox';

const ZOE = '12025550123';

describe('the state of the simulator', () => {
  let folder: string;
  let inbox: Inbox;
  const children: Child[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'simulator-'));
    inbox = await startInbox();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.howItEnded() === null) await child.kill9();
    await inbox.stop();
    rmSync(folder, { recursive: true });
  });

  const startProcess = async () => {
    const child = new Child({
      name: 'simulator',
      command: process.execPath,
      args: ['--import', 'tsx', 'simulator/main.ts'],
      environment: {
        SIMULATOR_PORT: '0',
        SIMULATOR_STATE_FILE: join(folder, 'state.ndjson'),
        WHATSAPP_WEBHOOK_URL: inbox.url,
        WHATSAPP_ACCESS_TOKEN: 'wa-token',
        HUBSPOT_ACCESS_TOKEN: 'hs-token',
      },
    });
    children.push(child);
    await child.becomes('listening', () => child.log().includes('simulator listening'));
    const port = /"port":(\d+)/.exec(child.log())?.[1] ?? '';
    return { child, url: `http://127.0.0.1:${port}` };
  };

  it('survives kill -9: records, chats, pending webhooks and planned statuses', async () => {
    const first = await startProcess();
    inbox.answer = () => 503;
    await change(first.url, { auto_statuses: { sent_ms: 20, delivered_ms: 1_500 } });
    await buyerWrites(first.url, { from: { wa_id: ZOE, name: 'Zoe' }, text: 'hi' });
    const id = await sendText(first.url, ZOE, 'hello');
    const created = await crm(first.url, '/crm/objects/2026-09/contacts', {
      json: { properties: { firstname: 'Zoe', email: 'zoe@example.com' }, associations: [] },
    });
    const contact = z.looseObject({ id: z.string() }).parse(created.body);
    await first.child.kill9();
    inbox.answer = () => 200;
    inbox.received.length = 0;
    const second = await startProcess();
    const phone = await http(`${second.url}/control/whatsapp/phones/${ZOE}`);
    expect(phone.body).toMatchObject({ messages: [{ text: 'hi' }, { id, text: 'hello' }] });
    // At least once: what was on its way when the process died may arrive beside its repeat.
    const statuses = () => new Set(statusesOf(inbox, id));
    await waitFor(() => statuses().size === 2, { what: 'both statuses after the restart' });
    expect([...statuses()].sort()).toEqual(['delivered', 'sent']);
    const written = inbox.received.flatMap(({ value }) => value.messages ?? []);
    expect(new Set(written.map((message) => message.id)).size).toBe(1);
    const taken = await crm(second.url, '/crm/objects/2026-09/contacts', {
      json: { properties: { email: 'zoe@example.com' }, associations: [] },
    });
    const message = `Contact already exists. Existing ID: ${contact.id}`;
    expect(taken).toMatchObject({ status: 409, body: { message } });
    expect(await second.child.stop()).toBe('ended with exit code 0');
  });

  it('reports a status wherever the process died while reporting it', async () => {
    const stateFile = join(folder, 'state.ndjson');
    const linesOf = () => readFileSync(stateFile, 'utf8').split('\n').slice(0, -1);
    const simulator = await startSimulator({ stateFile, webhookUrl: inbox.url });
    inbox.answer = () => 503;
    await change(simulator.url, { auto_statuses: { sent_ms: 60_000, delivered_ms: null } });
    const id = await sendText(simulator.url, ZOE, 'hello');
    // The first of the lines that follow says that the time has come.
    const lineCountBefore = linesOf().length + 1;
    await advance(simulator.url, 60_000);
    await waitFor(() => statusesOf(inbox, id).length > 0, { what: 'the status' });
    await simulator.stop();
    const lines = linesOf();
    inbox.answer = () => 200;
    expect(lines.length).toBeGreaterThan(lineCountBefore + 3);
    for (let count = lineCountBefore; count <= lines.length; count += 1) {
      writeFileSync(
        stateFile,
        lines
          .slice(0, count)
          .map((line) => `${line}\n`)
          .join(''),
      );
      inbox.received.length = 0;
      const again = await startSimulator({ stateFile, webhookUrl: inbox.url });
      const what = `the status after ${count} of ${lines.length} lines`;
      await waitFor(() => statusesOf(inbox, id).length > 0, { what });
      await again.stop();
    }
  });

  it('gives no id twice over restarts', async () => {
    const stateFile = join(folder, 'state.ndjson');
    const ids = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const simulator = await startSimulator({ stateFile });
      const answer = await crm(simulator.url, '/crm/objects/2026-09/contacts', {
        json: { properties: { firstname: `Buyer ${round}` }, associations: [] },
      });
      ids.add(z.looseObject({ id: z.string() }).parse(answer.body).id);
      await simulator.stop();
    }
    expect(ids.size).toBe(3);
  });

  it('is empty after a reset, also for the next start', async () => {
    const stateFile = join(folder, 'state.ndjson');
    const simulator = await startSimulator({ stateFile });
    await buyerWrites(simulator.url, { from: { wa_id: ZOE }, text: 'hi' });
    await http(`${simulator.url}/control/reset`, { json: {} });
    await simulator.stop();
    const next = await startSimulator({ stateFile });
    const phone = await http(`${next.url}/control/whatsapp/phones/${ZOE}`);
    expect(phone.body).toMatchObject({ buyer: null, messages: [], screen: [], calls: [] });
    await next.stop();
  });

  it('follows the webhook address of the environment, not the remembered one', async () => {
    const stateFile = join(folder, 'state.ndjson');
    await (await startSimulator({ stateFile, webhookUrl: 'http://127.0.0.1:9/old' })).stop();
    const simulator = await startSimulator({ stateFile, webhookUrl: inbox.url });
    const settings = await http(`${simulator.url}/control/settings`);
    expect(settings.body).toMatchObject({ webhook_url: inbox.url });
    await simulator.stop();
  });

  it('drops a torn last line and refuses a damaged one in the middle', () => {
    const path = join(folder, 'journal.ndjson');
    const journal = new Journal(path);
    journal.table<number>('numbers').put('one', 1);
    journal.close();
    appendFileSync(path, '["numbers","two",2');
    const again = new Journal(path);
    expect([...again.table<number>('numbers').values()]).toEqual([1]);
    again.close();
    appendFileSync(path, 'garbage\n["numbers","three",3]\n');
    expect(() => new Journal(path)).toThrow('damaged in line 2');
  });

  it('stays small when the same rows change again and again', () => {
    const path = join(folder, 'journal.ndjson');
    const journal = new Journal(path);
    const table = journal.table<{ readonly text: string }>('texts');
    for (let index = 0; index < 50_000; index += 1) table.put('one', { text: String(index) });
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(20_001);
    journal.close();
    const again = new Journal(path);
    expect(again.table('texts').get('one')).toEqual({ text: '49999' });
    again.close();
  });
});
