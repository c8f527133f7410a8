import { waitFor } from '../support/wait-for';
import type { Fault } from '../support/simulator-client';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';

const PICTURE = Buffer.from('the bytes of a picture');
const MEDIA = { content_base64: PICTURE.toString('base64'), mime_type: 'image/jpeg' };
/** The files themselves: reads of templates and numbers are left alone. */
const MEDIA_REQUESTS = { service: 'whatsapp', match: { method: 'GET', path: '/download/' } } as const;

/** Longer than any test: what is held back goes on when the test lets it. */
const HELD_MS = 3_600_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.simulator.clearFaults());
afterAll(() => house.close());

/** A buyer sends a picture, while fetching it goes wrong in some way, and asks something. */
async function askWithPicture(
  fault: Omit<Fault, 'service' | 'match'>,
): Promise<{ buyer: Buyer; fault: string }> {
  const id = await house.simulator.fault({ ...MEDIA_REQUESTS, ...fault });
  const buyer = house.buyer();
  await house.simulator.write({ from: { wa_id: buyer.waId, name: buyer.name }, type: 'image', media: MEDIA });
  await buyer.write('Do you have this in oak?');
  return { buyer, fault: id };
}

async function fileOf(buyer: Buyer) {
  const { messages } = await buyer.conversation();
  const [file, ...others] = messages.flatMap(({ media }) => media);
  if (file === undefined || others.length > 0) throw new Error('There must be exactly one file.');
  return file;
}

async function isStored(buyer: Buyer): Promise<string> {
  const stored = await waitFor(
    async () => {
      const file = await fileOf(buyer);
      return file.status === 'stored' && file;
    },
    { what: `the picture of ${buyer.name} to be stored` },
  );
  return stored.url ?? '';
}

async function expectPicture(url: string): Promise<void> {
  // No token: as a page that shows it.
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await answer.arrayBuffer()).equals(PICTURE)).toBe(true);
}

it('the answer leaves while a file hangs, and the file is served when it has come', async () => {
  const { buyer, fault } = await askWithPicture({ kind: 'delay', delay_ms: HELD_MS });
  await buyer.receives(1);
  await buyer.settles(2);
  expect(await fileOf(buyer)).toMatchObject({ status: 'pending', url: null });
  await house.simulator.endFault(fault);
  await expectPicture(await isStored(buyer));
});

it('a file is fetched although the worker was killed while it fetched it', async () => {
  const { buyer, fault } = await askWithPicture({ kind: 'delay', delay_ms: HELD_MS });
  await waitFor(async () => (await house.simulator.hitsOf(fault)) > 0, { what: 'the fetch to begin' });
  await buyer.receives(1);
  await house.kill9('worker');
  await house.simulator.clearFaults();
  expect(await fileOf(buyer)).toMatchObject({ status: 'pending' });
  // As if the lease of the process that died were over.
  await house.rows(`update media set due_at = now() where status = 'pending'`);
  await house.start('worker');
  await expectPicture(await isStored(buyer));
});
