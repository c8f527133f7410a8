import { readFileSync } from 'node:fs';
import { examine } from '../../worker/doctor/examine';
import { http } from '../support/http';
import { startParts } from '../support/parts';
import type { Parts } from '../support/parts';
import { temporalCli } from '../support/temporal';
import { testAddress } from '../support/settings';
import { waitFor } from '../support/wait-for';

const NAMESPACE = `test-connect-${process.pid}`;

let parts: Parts;
/** The settings as they are filled in, step by step. */
const settings: Record<string, string> = settingsIn(readFileSync('.env.example', 'utf8'));
beforeAll(async () => {
  const address = testAddress('TEST_TEMPORAL_ADDRESS');
  await temporalCli(address, 'operator', 'namespace', 'create', '--namespace', NAMESPACE);
  parts = await startParts({ parts: ['simulator'], environment: { TEMPORAL_NAMESPACE: NAMESPACE } });
  // Where WhatsApp, HubSpot and our own host are is no step of the page; no API answers there yet.
  fillIn('WHATSAPP_BASE_URL', 'HUBSPOT_BASE_URL', 'PUBLIC_URL');
});
afterAll(() => parts.close());

function settingsIn(example: string): Record<string, string> {
  return Object.fromEntries(
    [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

function fillIn(...names: readonly string[]): void {
  for (const name of names) {
    const value = parts.environment[name];
    if (value === undefined) throw new Error(`${name} is no setting of the parts`);
    settings[name] = value;
  }
}

/** What the page says about each check after a step: the state that a sentence begins with, for the checks it names. */
function promisedAfter(step: number): Record<string, string> {
  const page = readFileSync('docs/connect.md', 'utf8');
  const section = page.split(/^## /m).find((part) => part.startsWith(`${step}.`)) ?? '';
  const [, see = ''] = section.split(/^See: /m);
  const sentences = see.split(/(?<=\.)\s+(?=`good`|`WRONG`|[A-Z])/);
  return Object.fromEntries(
    sentences.flatMap((sentence) => {
      const [, state] = /^`(good|WRONG)`/.exec(sentence) ?? [];
      const names = [...sentence.matchAll(/`([^`]+)`/g)].slice(1).map(([, name = '']) => name);
      return state === undefined ? [] : names.map((name) => [name, state.toLowerCase()]);
    }),
  );
}

async function found(): Promise<Record<string, string>> {
  const states: Record<string, string> = {};
  await examine(settings, (findings) => {
    for (const { name, state } of findings) states[name] = state;
  });
  return states;
}

/** The page promises something of each step, and the doctor keeps it. */
async function expectPromised(step: number, checks: number): Promise<void> {
  const promised = promisedAfter(step);
  expect(Object.keys(promised)).toHaveLength(checks);
  expect(await found()).toMatchObject(promised);
}

it('the doctor says after each step what docs/connect.md promises', async () => {
  fillIn('DATABASE_URL', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE');
  await waitFor(async () => (await found())['temporal.namespace'] === 'good', { what: 'the namespace' });
  await expectPromised(1, 9);

  fillIn('WHATSAPP_VERIFY_TOKEN');
  await parts.start('api');
  await expectPromised(2, 1);
  const ready = await http(`${settings['PUBLIC_URL'] ?? ''}/health/ready`);
  expect(JSON.stringify(ready.body)).toMatch(/"status":"ready".*"no_worker"/);

  fillIn('WHATSAPP_APP_SECRETS', 'WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_BUSINESS_ACCOUNT_ID');
  await expectPromised(3, 6);

  fillIn('HUBSPOT_ACCESS_TOKEN', 'HUBSPOT_CLIENT_SECRET');
  await expectPromised(4, 4);

  await parts.start('worker');
  await waitFor(() => parts.process('worker').log().includes('hubspot ready'), { what: 'the properties' });
  expect(Object.values(await found()).filter((state) => state !== 'good')).toEqual([]);
});
