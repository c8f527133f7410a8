import { ensureHubSpotProperties } from '../../activities/hubspot/hubspot.properties';
import { HubSpotWorld } from './hubspot-world';

let world: HubSpotWorld;
beforeAll(async () => {
  world = await HubSpotWorld.start();
});
afterAll(async () => {
  await world.stop();
});
beforeEach(async () => {
  await world.reset();
});

const OURS = [
  'wa_conversation_status',
  'wa_first_response_seconds',
  'wa_handled_by',
  'wa_identity_key',
  'wa_last_inbound_at',
  'wa_last_outbound_at',
  'wa_last_outcome',
  'wa_never_automate',
  'wa_opt_in_at',
  'wa_opt_in_how',
  'wa_start_result',
  'wa_start_template',
];

async function ownProperties() {
  const all = await world.hubspot.readContactProperties();
  return all
    .filter(({ name }) => name.startsWith('wa_'))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

test('the first start creates all properties, the identity key with unique values', async () => {
  const properties = await ownProperties();

  expect(properties.map(({ name }) => name)).toEqual(OURS);
  expect(properties.find(({ name }) => name === 'wa_identity_key')?.hasUniqueValue).toBe(true);
  expect(
    properties.find(({ name }) => name === 'wa_last_outcome')?.options.map(({ value }) => value),
  ).toEqual(['completed', 'idle', 'closed_by_human', 'opted_out', 'none']);
});

test('a second start changes nothing and tells the same portal', async () => {
  const before = await ownProperties();

  const first = await ensureHubSpotProperties(world.hubspot);
  const second = await ensureHubSpotProperties(world.hubspot);

  expect(second).toEqual(first);
  expect(first.problems).toEqual([]);
  expect(first.portalId).toMatch(/^\d+$/);
  expect(await ownProperties()).toEqual(before);
});

test('two first starts at the same time both succeed', async () => {
  await world.simulator.reset();

  const results = await Promise.all([
    ensureHubSpotProperties(world.hubspot),
    ensureHubSpotProperties(world.client()),
  ]);

  expect(results.map(({ problems }) => problems)).toEqual([[], []]);
  expect((await ownProperties()).map(({ name }) => name)).toEqual(OURS);
});

test('a missing choice is added and choices of other people stay', async () => {
  await world.hubspot.updateContactPropertyOptions('wa_last_outcome', [
    { value: 'completed', label: 'Done', hidden: false },
    { value: 'won', label: 'Won', hidden: false },
  ]);

  await ensureHubSpotProperties(world.hubspot);

  const outcome = (await ownProperties()).find(({ name }) => name === 'wa_last_outcome');
  expect(outcome?.options.map(({ value }) => value)).toEqual([
    'completed',
    'won',
    'idle',
    'closed_by_human',
    'opted_out',
    'none',
  ]);
});

test('a property that somebody archived comes back', async () => {
  await world.archiveProperty('wa_handled_by');

  const { problems } = await ensureHubSpotProperties(world.hubspot);

  expect(problems).toEqual([]);
  expect((await ownProperties()).map(({ name }) => name)).toEqual(OURS);
});
