import { join } from 'node:path';
import { fromRoot } from './paths.mjs';

/** The agent of the demonstration, known to the API by a token that opens nothing else. */
export const AGENT = { id: 'anna', token: 'demo-token-anna' };

// Visibly invented: none of these opens anything anywhere, and the simulator expects exactly them.
const COUNTERPARTS = {
  WHATSAPP_API_VERSION: 'v25.0',
  WHATSAPP_ACCESS_TOKEN: 'development-whatsapp-token',
  WHATSAPP_APP_SECRETS: 'development-app-secret',
  WHATSAPP_VERIFY_TOKEN: 'development-verify-token',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '100000000000009',
  HUBSPOT_ACCESS_TOKEN: 'development-hubspot-token',
  HUBSPOT_CLIENT_SECRET: 'development-hubspot-secret',
};

const SIMULATOR_ONLY = {
  WHATSAPP_APP_SECRET: COUNTERPARTS.WHATSAPP_APP_SECRETS,
  WHATSAPP_PHONE_NUMBER_ID: '100000000000001',
  WHATSAPP_DISPLAY_PHONE_NUMBER: '12025550100',
};

/** Token with which the demonstration fills the simulated HubSpot. */
export const HUBSPOT_TOKEN = COUNTERPARTS.HUBSPOT_ACCESS_TOKEN;

const OURS =
  /^(DATABASE_URL$|API_|PUBLIC_URL$|POLICY_FILE$|LOG_LEVEL$|TEMPORAL_|WHATSAPP_|HUBSPOT_|SIMULATOR_|MEDIA_|WEBHOOK_|METRICS_|TRACES_|WORKER_)/;

/** The caller's environment without settings of a real installation: those must never reach a demonstration or a test. */
export function withoutOurSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OURS.test(name)));
}

/** All settings of all parts in development, in one place. */
export function developmentEnvironment({
  databaseUrl,
  temporalAddress,
  ports,
  dataDir,
  caller = process.env,
}) {
  const simulator = `http://127.0.0.1:${ports.simulator}`;
  const api = `http://127.0.0.1:${ports.api}`;
  return {
    ...withoutOurSettings(caller),
    ...COUNTERPARTS,
    ...SIMULATOR_ONLY,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    // Its tokens and secrets stand in the repository: reachable from this machine only.
    API_HOST: '127.0.0.1',
    API_PORT: String(ports.api),
    PUBLIC_URL: api,
    API_TOKENS: `${AGENT.id}:${AGENT.token}`,
    // The demonstration watches eight buyers at once.
    API_RATE_LIMIT_REQUESTS: '100000',
    // Whoever tries outgoing webhooks has the receiver on this machine.
    WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true',
    WHATSAPP_BASE_URL: `${simulator}/whatsapp`,
    HUBSPOT_BASE_URL: `${simulator}/hubspot`,
    // Nobody waits a quarter of a minute for a demonstration.
    HUBSPOT_START_EVERY_MS: '3000',
    HUBSPOT_NEVER_AUTOMATE_EVERY_MS: '3000',
    POLICY_FILE: caller.POLICY_FILE || fromRoot('policy', 'demo.yaml'),
    LOG_LEVEL: caller.LOG_LEVEL || 'info',
    MEDIA_FOLDER: join(dataDir, 'media'),
    SIMULATOR_PORT: String(ports.simulator),
    SIMULATOR_STATE_FILE: join(dataDir, 'simulator', 'state'),
    WHATSAPP_WEBHOOK_URL: `${api}/webhooks/whatsapp`,
  };
}
