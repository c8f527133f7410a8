import request from 'supertest';
import { createWebhookClient, lookUpPublic } from '../../activities/webhooks/webhook.client';
import { isPublicAddress, refuseWebhookUrl } from '../../platform/public-address';
import { createTestApi } from '../api/app';
import { problemOf } from '../api/expectations';
import { PATIENCE_MS } from '../support/wait-for';
import { openReceiver } from './receiver';

const NOT_PUBLIC = [
  '127.0.0.1',
  '127.8.9.10',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '198.18.0.1',
  '192.0.2.1',
  '224.0.0.1',
  '255.255.255.255',
  '240.0.0.1',
  '::',
  '::1',
  'fe80::1',
  'fd00::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:db8::1',
  'fec0::1',
  '::127.0.0.1',
];

test.each(NOT_PUBLIC)('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['93.184.216.34', '8.8.8.8', '2606:2800:220:1:248:1893:25c8:1946'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

const REFUSED = [
  'http://crm.example.com/hook',
  'ftp://crm.example.com/hook',
  'https://user:word@crm.example.com/hook',
  'https://127.0.0.1/hook',
  'https://2130706433/hook',
  'https://0x7f.1/hook',
  'https://[::1]/hook',
  'https://[::ffff:10.0.0.1]/hook',
  'https://169.254.169.254/latest/meta-data',
  'file:///etc/passwd',
  'crm.example.com',
];

test.each(REFUSED)('nothing is posted to %s', async (url) => {
  expect(refuseWebhookUrl(url, false)).not.toBeNull();
  const client = createWebhookClient({ timeoutMs: PATIENCE_MS, allowsPrivate: false });
  expect(await client.post({ url, headers: {}, body: '{}' })).toEqual({
    kind: 'failed',
    errorCode: 'address_refused',
  });
});

test('a name that leads to this machine is refused when it is resolved', async () => {
  const receiver = await openReceiver();
  const client = createWebhookClient({ timeoutMs: PATIENCE_MS, allowsPrivate: false });
  const url = receiver.url.replace('http:', 'https:').replace('127.0.0.1', 'localhost');
  expect(await client.post({ url, headers: {}, body: '{}' })).toEqual({
    kind: 'failed',
    errorCode: 'address_refused',
  });
  expect(receiver.all).toEqual([]);
  await receiver.close();
});

test.each([true, false])('a look-up gives no private address (all: %s)', async (all) => {
  const error = await new Promise((resolve) => {
    lookUpPublic('localhost', { all }, resolve);
  });
  expect(error).toMatchObject({ code: 'address_refused' });
});

test('the API refuses such addresses and says why', async () => {
  const api = await createTestApi({ allowsPrivate: false, secretOverlapMs: 1 });
  for (const url of REFUSED) {
    const response = await request(api.app)
      .post('/v1/webhook-subscriptions')
      .set('Authorization', 'Bearer test-token-anna')
      .send({ url });
    expect(problemOf(response).answer).toBe('422 invalid_request');
  }
  await api.end();
});
