import type { Finding } from '../../worker/doctor/finding';
import { startParts } from '../support/parts';
import type { Parts } from '../support/parts';
import { waitFor } from '../support/wait-for';
import { CHECKS, POSTGRES, TEMPORAL, findings, runDoctor } from './doctor';

let parts: Parts;
beforeAll(async () => {
  parts = await startParts();
  await waitFor(() => parts.process('worker').log().includes('hubspot ready'), { what: 'the properties' });
});
afterAll(() => parts.close());

/** The names of the checks, each with what came of it. */
function statesOf(found: readonly Finding[]): Record<string, string> {
  return Object.fromEntries(found.map(({ name, state }) => [name, state]));
}

describe('what cannot be examined', () => {
  const all = (state: string, names = CHECKS) => Object.fromEntries(names.map((name) => [name, state]));

  it('for want of a setting is told by its name; everything else is examined', async () => {
    const found = await findings(parts, { WHATSAPP_ACCESS_TOKEN: '', HUBSPOT_ACCESS_TOKEN: '' });
    expect(statesOf(found)).toEqual({
      settings: 'wrong',
      ...all('good'),
      ...all(
        'unknown',
        CHECKS.filter((name) => /^(whatsapp|hubspot)/.test(name)),
      ),
    });
    expect(found.find(({ name }) => name === 'whatsapp.number')?.says).toBe('needs WHATSAPP_ACCESS_TOKEN');
  });

  it.each([
    ['PUBLIC_URL', ['whatsapp.subscription', 'whatsapp.fields', 'webhook.address', 'webhook.signature']],
    ['WHATSAPP_APP_SECRETS', ['whatsapp.fields', 'webhook.signature']],
    ['WHATSAPP_VERIFY_TOKEN', ['webhook.address', 'webhook.signature']],
    ['WHATSAPP_BUSINESS_ACCOUNT_ID', ['whatsapp.number', 'whatsapp.subscription', 'whatsapp.templates']],
    ['DATABASE_URL', [...POSTGRES, 'whatsapp.templates', 'hubspot.portal']],
  ])('without %s is what needs it, and nothing else', async (setting, names) => {
    const states = statesOf(await findings(parts, { [setting]: '' }));
    expect(states).toEqual({ settings: 'wrong', ...all('good'), ...all('unknown', names) });
  });

  const certificate = { TEMPORAL_TLS_CLIENT_CERT_PATH: '/nonexistent' };
  it.each([
    ['a certificate that is not there', { ...certificate, TEMPORAL_TLS_CLIENT_KEY_PATH: '/nonexistent' }],
    ['a certificate without its key', certificate],
    ['a profile that is not there', { TEMPORAL_PROFILE: 'nope' }],
  ])('of Temporal for %s is told, and the rest is examined', async (_what, changes) => {
    const found = await findings(parts, changes);
    expect(statesOf(found)).toEqual({
      settings: 'good',
      ...all('good'),
      ...all('unknown', TEMPORAL),
      temporal: 'wrong',
    });
    const finding = found.find(({ name }) => name === 'temporal');
    expect(finding?.says).toMatch(/^its settings cannot be used/);
    expect(finding?.mend).toMatch(/TEMPORAL_PROFILE.*TEMPORAL_TLS_CLIENT_CERT_PATH/);
  });

  it('for want of rights in Postgres is told, and the rest is examined', async () => {
    const role = `doctor_${process.pid}`;
    const pool = parts.database.pool();
    await pool.query(`create role ${role} login password 'hidden-word'`);
    try {
      const url = new URL(parts.environment['DATABASE_URL'] ?? '');
      Object.assign(url, { username: role, password: 'hidden-word' });
      const { lines, end } = await runDoctor(parts, { DATABASE_URL: url.href });
      const found = await findings(parts, { DATABASE_URL: url.href });
      expect(statesOf(found)).toEqual({
        settings: 'good',
        ...all('good'),
        'postgres.migrations': 'wrong',
        'postgres.policy': 'wrong',
        'whatsapp.templates': 'unknown',
        'hubspot.portal': 'unknown',
      });
      const finding = found.find(({ name }) => name === 'postgres.migrations');
      expect(finding?.says).toMatch(/cannot be read \(42501\)/);
      expect(finding?.mend).toMatch(/role of DATABASE_URL/);
      expect([lines.length, lines.at(-1)]).toEqual([CHECKS.length + 2, '2 to be mended.']);
      expect(end).toBe('ended with exit code 1');
    } finally {
      await pool.query(`drop role ${role}`);
    }
  });
});
