import { join } from 'node:path';
import { TEST_SETTINGS, testAddress } from './settings';

export type PartEnvironmentInput = {
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly ports: { readonly api: number; readonly simulator: number };
  /** A folder for files of this test, e.g. the simulator's state. */
  readonly folder: string;
};

/** The settings of every part of one test: the same names as in production, pointing at the simulator. */
export function partEnvironment(input: PartEnvironmentInput): Record<string, string> {
  const { api, simulator } = input.ports;
  return {
    ...productEnvironment(input),
    ...counterpartEnvironment(`http://127.0.0.1:${simulator}`),
    SIMULATOR_PORT: String(simulator),
    SIMULATOR_STATE_FILE: join(input.folder, 'simulator-state'),
    MEDIA_FOLDER: join(input.folder, 'media'),
    WHATSAPP_WEBHOOK_URL: `http://127.0.0.1:${api}/webhooks/whatsapp`,
    // Only the simulator needs one secret and one token by these names.
    WHATSAPP_APP_SECRET: TEST_SETTINGS.whatsappAppSecret,
    WHATSAPP_PHONE_NUMBER_ID: TEST_SETTINGS.whatsappPhoneNumberId,
    WHATSAPP_DISPLAY_PHONE_NUMBER: TEST_SETTINGS.whatsappDisplayPhoneNumber,
    NODE_OPTIONS: `--require ${join(__dirname, 'network-guard.cjs')}`,
  };
}

function productEnvironment({ databaseUrl, temporal, ports }: PartEnvironmentInput): Record<string, string> {
  const { agent, agentToken, otherAgent, otherAgentToken } = TEST_SETTINGS;
  return {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    API_PORT: String(ports.api),
    PUBLIC_URL: `http://127.0.0.1:${ports.api}`,
    API_TOKENS: `${agent}:${agentToken},${otherAgent}:${otherAgentToken}`,
    // Tests look much more often than people.
    API_RATE_LIMIT_REQUESTS: '1000000',
    POLICY_FILE: 'policy/demo.yaml',
    // Built once for the whole run: every worker would otherwise bundle the same code again.
    WORKFLOW_BUNDLE_FILE: testAddress('TEST_WORKFLOW_BUNDLE_FILE'),
    LOG_LEVEL: 'info',
  };
}

function counterpartEnvironment(simulatorUrl: string): Record<string, string> {
  return {
    WHATSAPP_BASE_URL: `${simulatorUrl}/whatsapp`,
    WHATSAPP_API_VERSION: TEST_SETTINGS.whatsappApiVersion,
    WHATSAPP_ACCESS_TOKEN: TEST_SETTINGS.whatsappAccessToken,
    WHATSAPP_APP_SECRETS: TEST_SETTINGS.whatsappAppSecret,
    WHATSAPP_VERIFY_TOKEN: TEST_SETTINGS.whatsappVerifyToken,
    WHATSAPP_BUSINESS_ACCOUNT_ID: TEST_SETTINGS.whatsappBusinessAccountId,
    HUBSPOT_BASE_URL: `${simulatorUrl}/hubspot`,
    // Its searches would use up the faults that a test prepares for other calls.
    HUBSPOT_START_EVERY_MS: '3600000',
    HUBSPOT_NEVER_AUTOMATE_EVERY_MS: '3600000',
    HUBSPOT_ACCESS_TOKEN: TEST_SETTINGS.hubspotAccessToken,
    HUBSPOT_CLIENT_SECRET: TEST_SETTINGS.hubspotClientSecret,
  };
}
