import { createHubSpotClient, readHubSpotToken } from '../../activities/hubspot/hubspot.client';
import { HubSpotCallError } from '../../activities/hubspot/hubspot.errors';
import { findPropertyProblems } from '../../activities/hubspot/hubspot.properties';
import type { KnownSettings } from '../../platform/config';
import type { Database } from '../../platform/database';
import { listPortals } from '../../store/hubspot-contact.store';
import { codeOf, good, missingFrom, unknown, withSettings, wrong } from './finding';
import type { Finding } from './finding';

/** What the product reads and writes; communications come with contacts, associations with both sides. */
const SCOPES = [
  ...['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.objects.companies.read'],
  ...['crm.objects.deals.read', 'crm.objects.owners.read', 'crm.schemas.contacts.write'],
];

const NEEDS = ['HUBSPOT_BASE_URL', 'HUBSPOT_ACCESS_TOKEN', 'HUBSPOT_TIMEOUT_MS'] as const;
const NAMES = ['hubspot.portal', 'hubspot.scopes', 'hubspot.properties'];

type HubSpotToCheck = { readonly baseUrl: string; readonly accessToken: string; readonly timeoutMs: number };

/** Token, portal, scopes and properties. */
export async function checkHubSpot(known: KnownSettings, database: Database | null): Promise<Finding[]> {
  return await withSettings({ known, needs: NEEDS, names: ['hubspot.token', ...NAMES] }, async (settings) => {
    const to = {
      baseUrl: settings.HUBSPOT_BASE_URL,
      accessToken: settings.HUBSPOT_ACCESS_TOKEN,
      timeoutMs: settings.HUBSPOT_TIMEOUT_MS,
    };
    return await checkAccount(to, await readPortals(database));
  });
}

/** Portals that this installation has mirrored into; null = Postgres, which has lines of its own, does not tell. */
async function readPortals(database: Database | null): Promise<string[] | null> {
  return database === null ? null : await listPortals(database).catch(() => null);
}

async function checkAccount(to: HubSpotToCheck, portalsKnown: readonly string[] | null): Promise<Finding[]> {
  const client = createHubSpotClient(to);
  let portalId: string;
  try {
    portalId = await client.readPortalId();
  } catch (error) {
    return [
      isRefusal(error)
        ? wrong(
            'hubspot.token',
            `HubSpot refuses the token (${codeOfCall(error)})`,
            'set HUBSPOT_ACCESS_TOKEN anew',
          )
        : wrong(
            'hubspot.token',
            `HubSpot cannot be asked (${codeOfCall(error)})`,
            'check HUBSPOT_BASE_URL and the way out to the internet',
          ),
      ...NAMES.map((name) => unknown(name, 'needs a token that is valid')),
    ];
  }
  return [
    good('hubspot.token', 'valid'),
    checkPortal(portalId, portalsKnown),
    await checkScopes(to),
    await checkProperties(() => findPropertyProblems(client)),
  ];
}

function checkPortal(portalId: string, known: readonly string[] | null): Finding {
  if (known === null)
    return unknown('hubspot.portal', `${portalId}; Postgres must tell whether it is the one of before`);
  const others = known.filter((one) => one !== portalId);
  return others.length === 0
    ? good('hubspot.portal', portalId)
    : wrong(
        'hubspot.portal',
        `the token belongs to portal ${portalId}, but this database has mirrored into ${others.join(', ')}`,
        'use the token of that portal, or another database for this one',
      );
}

async function checkScopes(to: HubSpotToCheck): Promise<Finding> {
  const name = 'hubspot.scopes';
  try {
    const token = await readHubSpotToken(to);
    if (token === null) return unknown(name, 'HubSpot does not tell them of a token of this kind');
    const missing = missingFrom(token.scopes, SCOPES);
    return missing.length === 0
      ? good(name, `all ${SCOPES.length} that are needed`)
      : wrong(name, `missing: ${missing.join(', ')}`, 'add them to the app in HubSpot');
  } catch (error) {
    return wrong(name, `they cannot be read (${codeOfCall(error)})`, 'try again');
  }
}

async function checkProperties(find: () => Promise<string[]>): Promise<Finding> {
  const name = 'hubspot.properties';
  try {
    const problems = await find();
    return problems.length === 0
      ? good(name, 'all of ours are there')
      : wrong(
          name,
          problems.join('; '),
          'start the worker, which makes what is missing; a wrong one must be removed in HubSpot before',
        );
  } catch (error) {
    return wrong(name, `they cannot be read (${codeOfCall(error)})`, 'add the scopes above');
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof HubSpotCallError && error.failure.class === 'unauthorised';
}

function codeOfCall(error: unknown): string {
  return error instanceof HubSpotCallError ? error.failure.code : codeOf(error);
}
