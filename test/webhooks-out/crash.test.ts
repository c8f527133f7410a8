import { Child } from '../support/child';
import { testAddress } from '../support/settings';
import { openHouse } from './house';
import type { House } from './house';

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.end());

test('a worker killed between delivery and note has the event told again, under the same id', async () => {
  await house.subscribe({ events: ['message.received'] });
  await house.talk.says('12025550147', 'What does it cost?');
  let hasCome: () => void = () => undefined;
  const came = new Promise<void>((resolve) => {
    hasCome = resolve;
  });
  house.receiver.behave(() => {
    hasCome();
    return null;
  });
  const [database] = await house.talk.rows<{ name: string }>('select current_database() as name');
  const worker = new Child({
    name: 'webhook worker',
    command: process.execPath,
    args: ['--import', 'tsx', 'test/webhooks-out/delivering-worker.ts'],
    environment: { DATABASE_URL: databaseUrl(database?.name ?? '') },
  });
  await came;
  await worker.kill9();
  expect(house.receiver.all).toHaveLength(1);
  house.receiver.behave(() => 204);
  house.deliver();
  // Another worker waits for the lease of the dead one.
  await house.pass(600_000);
  await house.settled();
  expect(house.receiver.taken).toHaveLength(1);
  expect(house.receiver.all.map(({ id }) => id)).toEqual([
    house.receiver.taken[0]?.id,
    house.receiver.taken[0]?.id,
  ]);
});

function databaseUrl(name: string): string {
  const url = new URL(testAddress('TEST_DATABASE_ADMIN_URL'));
  url.pathname = `/${name}`;
  return url.href;
}
