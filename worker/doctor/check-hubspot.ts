import { createHubSpotClient, readHubSpotToken } from '../../activities/hubspot/hubspot.client';
import { HubSpotCallError } from '../../activities/hubspot/hubspot.errors';
import { findPropertyProblems } from '../../activities/hubspot/hubspot.properties';
import { codeOf, good, missingFrom, unknown, wrong } from './finding';
import type { Finding } from './finding';

/** What the product reads and writes; communications come with contacts, associations with both sides. */
const SCOPES = [
  ...['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.objects.companies.read'],
  ...['crm.objects.deals.read', 'crm.objects.owners.read', 'crm.schemas.contacts.write'],
];

export type HubSpotToCheck = {
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly timeoutMs: number;
  /** Portals that this installation has mirrored into. */
  readonly portalsKnown: readonly string[];
};

/** Token, portal, scopes and properties. */
export async function checkHubSpot(to: HubSpotToCheck): Promise<Finding[]> {
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
      ...['hubspot.portal', 'hubspot.scopes', 'hubspot.properties'].map((name) =>
        unknown(name, 'needs a token that is valid'),
      ),
    ];
  }
  return [
    good('hubspot.token', 'valid'),
    checkPortal(portalId, to.portalsKnown),
    await checkScopes(to),
    await checkProperties(() => findPropertyProblems(client)),
  ];
}

function checkPortal(portalId: string, known: readonly string[]): Finding {
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
