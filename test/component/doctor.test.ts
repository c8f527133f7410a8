import type { Finding } from '../../worker/doctor/finding';
import { freePort } from '../support/free-port';
import { http } from '../support/http';
import { startParts } from '../support/parts';
import type { Parts } from '../support/parts';
import { TEST_SETTINGS } from '../support/settings';
import { createNamespace, temporalCli } from '../support/temporal';
import { waitFor } from '../support/wait-for';
import { CHECKS, findings, runDoctor } from './doctor';
import type { Changes } from './doctor';

let parts: Parts;
beforeAll(async () => {
  parts = await startParts();
  await waitFor(() => parts.process('worker').log().includes('hubspot ready'), { what: 'the properties' });
});
afterAll(() => parts.close());

/** What the doctor finds wrong with these settings changed. */
async function wrongWith(changes: Changes = {}): Promise<Finding[]> {
  return (await findings(parts, changes)).filter(({ state }) => state === 'wrong');
}

describe('a house in order', () => {
  it('gets one good line for each check, and exit code 0', async () => {
    const { lines, end } = await runDoctor(parts);
    expect(lines.slice(0, -1).map((line) => line.split(/\s+/).slice(0, 2))).toEqual(
      ['settings', ...CHECKS].map((name) => ['good', name.split(' ')[0]]),
    );
    expect(lines.at(-1)).toBe('All is well.');
    expect(end).toBe('ended with exit code 0');
  });

  it('is left as it was: the round trip leaves one body without items, however often', async () => {
    await wrongWith();
    await wrongWith();
    const { rows } = await parts.database
      .pool()
      .query<{ bodies: number; items: number }>(
        'select (select count(*)::int from webhook_body) as bodies, (select count(*)::int from webhook_item) as items',
      );
    expect(rows).toEqual([{ bodies: 1, items: 0 }]);
  });
});

describe('settings', () => {
  it('that are missing or wrong are named, each in a line, with exit code 1 and no value', async () => {
    const { lines, end } = await runDoctor(parts, { WHATSAPP_ACCESS_TOKEN: '', API_PORT: 'secret-port' });
    expect(lines[0]).toMatch(/^WRONG\s+settings\s+API_PORT: .* → see .env.example$/);
    expect(lines[1]).toMatch(/^WRONG\s+settings\s+WHATSAPP_ACCESS_TOKEN: is not set → see .env.example$/);
    expect(lines.join('\n')).not.toContain('secret-port');
    expect(end).toBe('ended with exit code 1');
  });
});

describe('each thing broken in turn is told by name, with what to do', () => {
  const cases: [what: string, changes: Changes, name: string, says: RegExp, mend: RegExp][] = [
    ['policy', { POLICY_FILE: 'nowhere.yaml' }, 'policy file', /cannot be read \(ENOENT\)/, /POLICY_FILE/],
    [
      'database',
      { DATABASE_URL: 'postgres://nobody:hidden-word@127.0.0.1:1/none' },
      'postgres',
      /cannot be reached \(ECONNREFUSED\)/,
      /DATABASE_URL/,
    ],
    [
      'token',
      { WHATSAPP_ACCESS_TOKEN: 'hidden-word' },
      'whatsapp.token',
      /refuses the token \(190\)/,
      /system user/,
    ],
    [
      'business account',
      { WHATSAPP_BUSINESS_ACCOUNT_ID: '100000000000123' },
      'whatsapp.number',
      /whatsapp_100/,
      /WHATSAPP_BUSINESS_ACCOUNT_ID/,
    ],
    [
      'app secret',
      { WHATSAPP_APP_SECRETS: 'hidden-word' },
      'whatsapp.fields',
      /refuses its secret/,
      /APP_SECRETS/,
    ],
    [
      'verify token',
      { WHATSAPP_VERIFY_TOKEN: 'hidden-word' },
      'webhook.address',
      /verify token/,
      /VERIFY_TOKEN/,
    ],
    [
      'older app secret',
      { WHATSAPP_APP_SECRETS: `${TEST_SETTINGS.whatsappAppSecret},hidden-word` },
      'webhook.signature',
      /secret 2 is refused/,
      /WHATSAPP_APP_SECRETS/,
    ],
    [
      'HubSpot token',
      { HUBSPOT_ACCESS_TOKEN: 'hidden-word' },
      'hubspot.token',
      /refuses the token/,
      /HUBSPOT_ACCESS/,
    ],
  ];
  it.each(cases)('%s', async (...[, changes, name, says, mend]) => {
    const found = await wrongWith(changes);
    const finding = found.find((one) => one.name === name);
    expect(finding?.says).toMatch(says);
    expect(finding?.mend).toMatch(mend);
    expect(JSON.stringify(found)).not.toContain('hidden-word');
  });

  it('public address', async () => {
    const changes = { PUBLIC_URL: `http://127.0.0.1:${await freePort()}` };
    expect((await wrongWith(changes)).map(({ name }) => name)).toEqual([
      'whatsapp.fields',
      'webhook.address',
    ]);
    const elsewhere = { PUBLIC_URL: parts.simulator.url };
    const found = (await wrongWith(elsewhere)).find(({ name }) => name === 'webhook.address');
    expect(found?.says).toMatch(/not as our API does/);
  });

  it('counterparts that cannot be reached', async () => {
    const away = `http://127.0.0.1:${await freePort()}`;
    const found = await wrongWith({ WHATSAPP_BASE_URL: away, HUBSPOT_BASE_URL: away });
    expect(found.map(({ name, says }) => [name, says.includes('cannot be asked')])).toEqual([
      ['whatsapp.token', true],
      ['hubspot.token', true],
    ]);
  });

  const settings: [what: string, change: Record<string, unknown>, name: string, says: RegExp][] = [
    [
      'scopes of the token',
      { whatsapp_token_scopes: ['whatsapp_business_messaging'] },
      'whatsapp.token',
      /lacks/,
    ],
    [
      'a token that ends soon',
      { whatsapp_token_expires_at: Math.floor(Date.now() / 1_000) + 86_400 },
      'whatsapp.token',
      /the token ends on \d{4}-\d\d-\d\d/,
    ],
    [
      'subscription of the account',
      { whatsapp_subscribed: false },
      'whatsapp.subscription',
      /sends nothing to our app/,
    ],
    [
      'another address for the account',
      { whatsapp_override_callback_url: 'https://elsewhere.example/hook' },
      'whatsapp.subscription',
      /another address, https:\/\/elsewhere/,
    ],
    [
      'fields',
      { whatsapp_webhook_fields: ['messages'] },
      'whatsapp.fields',
      /not subscribed: user_preferences/,
    ],
    [
      'another address for the app',
      { webhook_url: 'https://elsewhere.example/hook' },
      'whatsapp.fields',
      /leads to https:\/\/elsewhere/,
    ],
    [
      'scopes in HubSpot',
      { hubspot_scopes: ['crm.objects.contacts.read'] },
      'hubspot.scopes',
      /contacts.write/,
    ],
  ];
  it.each(settings)('%s', async (...[, change, name, says]) => {
    const before = { whatsapp_token_scopes: null, whatsapp_token_expires_at: 0, whatsapp_subscribed: true };
    const more = {
      whatsapp_override_callback_url: null,
      whatsapp_webhook_fields: null,
      hubspot_scopes: null,
    };
    await parts.simulator.settings(change);
    try {
      const finding = (await wrongWith()).find((one) => one.name === name);
      expect(finding?.says).toMatch(says);
    } finally {
      const webhook_url = parts.environment['WHATSAPP_WEBHOOK_URL'];
      await parts.simulator.settings({ ...before, ...more, webhook_url });
    }
  });

  it('a number that is not connected', async () => {
    await http(`${parts.simulator.url}/control/whatsapp/numbers`, {
      json: { id: '100000000000077', display_phone_number: '12025550177', status: 'DISCONNECTED' },
    });
    const finding = (await wrongWith()).find(({ name }) => name === 'whatsapp.number');
    expect(finding?.says).toBe('100000000000077 is DISCONNECTED');
    await http(`${parts.simulator.url}/control/whatsapp/numbers`, {
      json: { id: '100000000000077', display_phone_number: '12025550177', status: 'CONNECTED' },
    });
  });

  it('a portal that is not the one of before', async () => {
    const pool = parts.database.pool();
    await pool.query("insert into hubspot_portal (portal_id) values ('1234')");
    const finding = (await wrongWith()).find(({ name }) => name === 'hubspot.portal');
    expect(finding?.says).toMatch(/belongs to portal 24680135, but this database has mirrored into 1234/);
    await pool.query("delete from hubspot_portal where portal_id = '1234'");
  });

  it('a migration that is missing', async () => {
    const pool = parts.database.pool();
    await pool.query("update schema_migration set name = 'away' where name = '0025_operations'");
    const found = await wrongWith();
    expect(found.map(({ name, says }) => `${name} ${says}`)).toEqual([
      'postgres.migrations missing: 0025_operations',
    ]);
    await pool.query("update schema_migration set name = '0025_operations' where name = 'away'");
  });

  const temporalCases = (changes: Changes) =>
    wrongWith(changes).then((found) => found.map(({ name, says }) => `${name} ${says}`));

  it('a namespace that is not there, and a Temporal that is not there', async () => {
    expect(await temporalCases({ TEMPORAL_NAMESPACE: 'nowhere' })).toEqual([
      expect.stringMatching(/^temporal.namespace "nowhere" is not there/),
    ]);
    expect(await temporalCases({ TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` })).toEqual([
      expect.stringMatching(/^temporal 127.0.0.1:\d+ cannot be reached/),
    ]);
  });

  it('queues at which nobody works, and attributes that are not registered', async () => {
    const idle = await createNamespace(parts.temporal.address);
    expect(await temporalCases({ TEMPORAL_NAMESPACE: idle })).toEqual([
      'temporal.pollers nobody works on: conversation, whatsapp, hubspot, media',
    ]);
    const bare = `test-bare-${process.pid}`;
    await temporalCli(parts.temporal.address, 'operator', 'namespace', 'create', '--namespace', bare);
    expect(await temporalCases({ TEMPORAL_NAMESPACE: bare })).toContainEqual(
      expect.stringMatching(/^temporal.attributes not registered: ConversationStatus \(keyword\)/),
    );
  });
});

it('names templates that the policy writes with and that are not approved', async () => {
  const pool = parts.database.pool();
  const { rows } = await pool.query<{ document: unknown }>(
    `select document from policy_version where status = 'active'`,
  );
  await pool.query(
    `update policy_version set document = jsonb_set(document, '{start}', $1) where status = 'active'`,
    [JSON.stringify({ templates: { welcome: { name: 'never_approved', language: 'en' } } })],
  );
  try {
    expect(await wrongWith()).toMatchObject([
      { name: 'whatsapp.templates', says: expect.stringContaining('never_approved') as string },
    ]);
  } finally {
    await pool.query(`update policy_version set document = $1 where status = 'active'`, [
      JSON.stringify(rows[0]?.document),
    ]);
  }
});
