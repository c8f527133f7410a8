/** Values every test part is started with; none of them opens anything anywhere. */
export const TEST_SETTINGS = {
  whatsappApiVersion: 'v25.0',
  whatsappAccessToken: 'test-whatsapp-token',
  whatsappAppSecret: 'test-app-secret',
  whatsappVerifyToken: 'test-verify-token',
  whatsappBusinessAccountId: '100000000000009',
  whatsappPhoneNumberId: '100000000000001',
  whatsappDisplayPhoneNumber: '12025550100',
  hubspotAccessToken: 'test-hubspot-token',
  hubspotClientSecret: 'test-hubspot-client-secret',
  agent: 'anna',
  agentToken: 'test-token-anna',
  otherAgent: 'ben',
  otherAgentToken: 'test-token-ben',
} as const;

/** An address that `npm test` passes on; a test run without it fails with a hint instead of being skipped. */
export function testAddress(
  name:
    | 'TEST_DATABASE_ADMIN_URL'
    | 'TEST_TEMPLATE_DATABASE'
    | 'TEST_TEMPORAL_ADDRESS'
    | 'TEST_TEMPORAL_CLI_PATH'
    | 'TEST_TIME_SKIPPING_SERVER_PATH'
    | 'TEST_WORKFLOW_BUNDLE_FILE'
    | 'TEST_CHROMIUM_PATH',
): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: run this test with "npm test -- <path>", which starts what it needs.`,
    );
  }
  return value;
}
