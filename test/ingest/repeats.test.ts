import { at, bodyOf, change, message } from './bodies';
import type { Json } from './bodies';
import { createWorld } from './world';
import type { World } from './world';

const BUYER = '447700900140';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(() => world.empty());
afterAll(() => world.end());

/** A body that Meta sent at a time. */
const sentAt = (seconds: number, ...changes: readonly Json[]): Json => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '100000000000009', time: Number(at(seconds)), changes }],
});
const items = async (): Promise<number> => (await world.rows('select 1 from webhook_item')).length;

const preference = (value: string, more: Json = {}): Json =>
  change(
    { user_preferences: [{ wa_id: BUYER, category: 'marketing_messages', value, ...more }] },
    'user_preferences',
  );
const synced = (action: string, more: Json = {}): Json =>
  change(
    {
      state_sync: [{ type: 'contact', action, contact: { full_name: 'Nora', phone_number: BUYER }, ...more }],
    },
    'smb_app_state_sync',
  );
const username = (status: string): Json => ({
  field: 'business_username_update',
  value: { display_phone_number: '12025550100', username: 'oak.example', status },
});
const quality = (event: string): Json => ({
  field: 'phone_number_quality_update',
  value: { display_phone_number: '12025550100', event, current_limit: 'TIER_1K' },
});
const template = (event: string): Json => ({
  field: 'message_template_status_update',
  value: { message_template_name: 'a', message_template_language: 'en', event, reason: 'NONE' },
});

describe('something that happens again', () => {
  it.each<[string, (what: string) => Json, string, string]>([
    ['a choice without a time of its own', preference, 'stop', 'resume'],
    ['a contact of the phone app', synced, 'add', 'remove'],
    ['a username of the business', username, 'approved', 'deleted'],
    ['the quality of a number', quality, 'FLAGGED', 'UNFLAGGED'],
    ['the status of a template', template, 'PAUSED', 'APPROVED'],
  ])('counts again, and Meta’s repeats count once: %s', async (...[, said, one, other]) => {
    const bodies = [sentAt(1, said(one)), sentAt(2, said(other)), sentAt(3, said(one))];
    for (const body of bodies) await world.take(body);
    expect(await items()).toBe(3);
    for (const body of bodies) await world.take(body);
    const entries = bodies.flatMap((body) => body['entry'] as Json[]);
    await world.take({ object: 'whatsapp_business_account', entry: entries.toReversed() });
    expect(await items()).toBe(3);
  });

  it.each<[string, (seconds: number) => Json]>([
    ['a choice', (seconds) => preference('stop', { timestamp: Number(at(seconds)) })],
    ['a contact', (seconds) => synced('add', { metadata: { timestamp: at(seconds) } })],
  ])('at a time of its own is told by that time alone: %s', async (_what, said) => {
    await world.take(sentAt(1, said(1)));
    await world.take(sentAt(2, said(1)));
    expect(await items()).toBe(1);
    await world.take(sentAt(2, said(2)));
    expect(await items()).toBe(2);
  });

  it('in one list without any time counts again: added, removed and added', async () => {
    const one = (action: string) => ({ type: 'contact', action, contact: { phone_number: BUYER } });
    const list = (...actions: readonly string[]) =>
      sentAt(1, change({ state_sync: actions.map(one) }, 'smb_app_state_sync'));
    await world.take(list('add', 'add', 'remove', 'add'));
    expect(await items()).toBe(3);
    await world.take({ ...list('add', 'remove', 'add'), again: true });
    expect(await items()).toBe(3);
  });
});

describe('the same error of Meta’s', () => {
  const error = { code: 131000, title: 'Something went wrong' };
  const errors = () => world.rows(`select raw from webhook_item where error = 'whatsapp:131000' order by id`);
  const beside = (id: string, seconds: number): Json =>
    sentAt(
      seconds,
      change({
        messages: [message({ id, from: BUYER, type: 'interactive', text: undefined })],
        errors: [error],
      }),
    );

  it('beside two messages is kept with each of them, and once however often it is repeated', async () => {
    await world.take(beside('wamid.1', 1));
    await world.take(beside('wamid.2', 1));
    await world.take(beside('wamid.2', 9));
    expect(await errors()).toEqual([
      { raw: expect.objectContaining({ reported_error: error, beside: ['wamid.1'] }) as unknown },
      { raw: expect.objectContaining({ reported_error: error, beside: ['wamid.2'] }) as unknown },
    ]);
  });

  it('alone counts again at another time', async () => {
    for (const seconds of [1, 2, 2]) await world.take(sentAt(seconds, change({ errors: [error] })));
    await world.take({ ...bodyOf(change({ errors: [error] })), again: true });
    await world.take(bodyOf(change({ errors: [error] })));
    expect(await errors()).toHaveLength(3);
  });
});
