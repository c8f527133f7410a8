import { examine } from '../../worker/doctor/examine';
import type { Finding } from '../../worker/doctor/finding';
import { Child } from '../support/child';
import type { Parts } from '../support/parts';
import { waitFor } from '../support/wait-for';

export const POSTGRES = ['postgres', 'postgres.migrations', 'postgres.policy'];
export const TEMPORAL = ['temporal', 'temporal.namespace', 'temporal.attributes', 'temporal.pollers'];
/** All checks but that of the settings, in their order. */
export const CHECKS = [
  ...['policy file', ...POSTGRES, ...TEMPORAL],
  ...['whatsapp.token', 'whatsapp.number', 'whatsapp.subscription', 'whatsapp.fields', 'whatsapp.templates'],
  ...['webhook.address', 'webhook.signature'],
  ...['hubspot.token', 'hubspot.portal', 'hubspot.scopes', 'hubspot.properties'],
];

/** Settings in place of those of the parts; empty = not set. */
export type Changes = Readonly<Record<string, string>>;

/** All that the doctor finds with these settings changed. */
export async function findings(parts: Parts, changes: Changes): Promise<Finding[]> {
  const found: Finding[] = [];
  await examine({ ...parts.environment, ...changes }, (some) => found.push(...some));
  return found;
}

/** As on the command line: what is printed, and the exit code. */
export async function runDoctor(
  parts: Parts,
  changes: Changes = {},
): Promise<{ lines: string[]; end: string | null }> {
  const doctor = new Child({
    name: 'doctor',
    command: process.execPath,
    args: ['--import', 'tsx', 'worker/doctor/main.ts'],
    environment: { ...parts.environment, ...changes },
  });
  const end = await waitFor(() => doctor.howItEnded(), { what: 'the end of the doctor', timeoutMs: 60_000 });
  return { lines: doctor.log().trim().split('\n'), end };
}
