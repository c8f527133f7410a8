import { readApiConfig, readWorkerConfig } from '../../../platform/config';

const DATABASE_URL = 'postgres://continuo@localhost/continuo';
const API = {
  DATABASE_URL,
  PUBLIC_URL: 'https://example.test',
  WHATSAPP_APP_SECRETS: 'secret',
  WHATSAPP_VERIFY_TOKEN: 'token',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '1',
};
const WORKER = {
  DATABASE_URL,
  WHATSAPP_ACCESS_TOKEN: 'token',
  HUBSPOT_ACCESS_TOKEN: 'token',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '1',
};

describe('the time in which a part ends', () => {
  test('is enough with the settings as they come', () => {
    expect(() => readApiConfig({ ...API, API_STOP_GRACE_SECONDS: '20' })).not.toThrow();
    expect(() => readWorkerConfig({ ...WORKER, WORKER_STOP_GRACE_SECONDS: '40' })).not.toThrow();
  });

  test.each([
    [
      { WORKER_SHUTDOWN_MS: '20000' },
      'WORKER_SHUTDOWN_MS: must be longer than WORKER_SHUTDOWN_GRACE_MS (20000): it is all of an end, the grace included',
    ],
    [
      { WORKER_SHUTDOWN_GRACE_MS: '10000' },
      'WORKER_SHUTDOWN_GRACE_MS: must be longer than WHATSAPP_TIMEOUT_MS (10000): a call that is cut off leaves a message of which nobody knows whether it left',
    ],
    [
      { WORKER_STOP_GRACE_SECONDS: '30' },
      'WORKER_STOP_GRACE_SECONDS: must be longer than WORKER_SHUTDOWN_MS (30000): else the process is killed while it ends',
    ],
    [
      { WHATSAPP_TIMEOUT_MS: '2000' },
      'WHATSAPP_TIMEOUT_MS: must be longer than WHATSAPP_CONNECT_TIMEOUT_MS (2500): else a message that never left counts as unconfirmed',
    ],
  ])('of the worker: %j is refused', (given, problem) => {
    expect(() => readWorkerConfig({ ...WORKER, ...given })).toThrow(problem);
  });

  test.each([
    [
      { API_ANSWER_GRACE_MS: '15000' },
      'API_SHUTDOWN_MS: must be longer than API_ANSWER_GRACE_MS (15000): it is all of an end, the grace included',
    ],
    [
      { API_STOP_GRACE_SECONDS: '10' },
      'API_STOP_GRACE_SECONDS: must be longer than API_SHUTDOWN_MS (15000): else the process is killed while it ends',
    ],
  ])('of the API: %j is refused', (given, problem) => {
    expect(() => readApiConfig({ ...API, ...given })).toThrow(problem);
  });

  test('is listed with everything else that is wrong', () => {
    const given = { ...WORKER, HUBSPOT_ACCESS_TOKEN: '', LOG_LEVEL: 'loud', WORKER_SHUTDOWN_MS: '1000' };
    const problems = [
      /HUBSPOT_ACCESS_TOKEN: is not set/,
      /LOG_LEVEL: /,
      /WORKER_SHUTDOWN_MS: must be longer/,
    ];
    for (const problem of problems) expect(() => readWorkerConfig(given)).toThrow(problem);
  });
});
