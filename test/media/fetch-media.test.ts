import { claimDueMedia, claimMediaOfTurn, isMediaDue } from '../../store/media.store';
import type { SentMedia } from '../support/simulator-client';
import { BYTES_MAX, base64, createMediaWorld, sha256Base64 } from './media-world';
import type { MediaWorld } from './media-world';

const DAY_MS = 86_400_000;
const LEASE_MS = 3_600_000;
const PICTURE: SentMedia = { content_base64: base64('a picture'), mime_type: 'image/jpeg' };
const STORED = { status: 'stored', reason_code: null };
const DOWNLOAD = { path: '/download/' };

let world: MediaWorld;
beforeAll(async () => {
  world = await createMediaWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.end());

/** The file is tried again when its pause is over. */
async function tryAgain(): Promise<void> {
  const { due_in_ms: dueInMs } = await world.row();
  await world.letPass(dueInMs + 1);
  await world.fetchDue();
}
/** How often the look-up by id was asked, counted by a fault that does nothing. */
async function countLookUps(): Promise<() => Promise<number>> {
  const id = await world.simulator.fault({
    service: 'whatsapp',
    match: { path: '/v25.0/1' },
    kind: 'delay',
    delay_ms: 0,
  });
  return () => world.simulator.hitsOf(id);
}

describe('the file of a turn', () => {
  it.each([
    ['image', 'image/jpeg', 'image/jpeg'],
    ['audio', 'audio/ogg; codecs=opus', 'audio/ogg'],
    ['document', 'application/pdf', 'application/pdf'],
  ])('of the kind %s is stored as it was sent', async (type, mimeType, servedType) => {
    await world.send(type, { ...PICTURE, mime_type: mimeType });
    expect(await world.fetchTurn()).toEqual({ stored: 1, again: 0, failed: 0, isMoreLeft: false });
    const row = await world.row();
    expect(row).toMatchObject({ ...STORED, mime_type: servedType, size_bytes: 9, attempts: 1 });
    expect(await world.contentOf(row)).toBe('a picture');
  });

  it('is fetched by the link that came with it, without asking for another', async () => {
    const lookUps = await countLookUps();
    await world.send('image', PICTURE);
    await world.fetchTurn();
    expect(await world.row()).toMatchObject(STORED);
    expect(await lookUps()).toBe(0);
  });

  it('is asked for by its id where no link came with it; its hash then comes as hex', async () => {
    await world.send('image', { ...PICTURE, with_url: false });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject(STORED);
  });

  it('is asked for by its id when the five minutes of its link are over', async () => {
    const lookUps = await countLookUps();
    await world.send('image', PICTURE);
    world.clock.aheadMs = 301_000;
    await world.fetchTurn();
    expect(await world.row()).toMatchObject({ ...STORED, attempts: 1 });
    expect(await lookUps()).toBe(1);
  });

  it.each([401, 403, 404, 410])('is asked for by its id when its link answers %i', async (status) => {
    await world.send('image', PICTURE);
    await world.simulator.fault({ service: 'whatsapp', match: DOWNLOAD, kind: 'error', status, times: 1 });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject({ ...STORED, attempts: 1 });
  });

  it('gets one new link in each try, and another try after a pause', async () => {
    await world.send('image', PICTURE);
    const fault = await world.simulator.fault({
      service: 'whatsapp',
      match: DOWNLOAD,
      kind: 'error',
      status: 404,
      times: 3,
    });
    expect(await world.fetchTurn()).toMatchObject({ again: 1 });
    expect(await world.simulator.hitsOf(fault)).toBe(2);
    expect(await world.row()).toMatchObject({
      status: 'pending',
      reason_code: 'media.not_found',
      attempts: 1,
    });
    await tryAgain();
    expect(await world.row()).toMatchObject({ status: 'pending', attempts: 2 });
    expect(await world.simulator.hitsOf(fault)).toBe(3);
    await tryAgain();
    expect(await world.row()).toMatchObject({ ...STORED, attempts: 3 });
  });

  it('is stored once where two messages bring the same', async () => {
    await world.send('image', PICTURE);
    await world.pool.query(
      `insert into media (message_id, whatsapp_media_id, kind, announced_mime_type, url, announced_at, status, due_at)
       select message_id, whatsapp_media_id || '0', kind, announced_mime_type, url, announced_at, status, due_at from media`,
    );
    expect(await world.fetchTurn()).toMatchObject({ stored: 2 });
    const { rows } = await world.pool.query('select distinct storage_key from media');
    expect(rows).toHaveLength(1);
  });
});

describe('a file that is not what it should be', () => {
  it('is not stored when its content differs from the announced hash', async () => {
    await world.send('image', { ...PICTURE, sha256: sha256Base64('another picture') });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject({
      status: 'pending',
      reason_code: 'media.content_differs',
      storage_key: null,
    });
  });

  it.each([
    ['really is', { fill_bytes: BYTES_MAX + 1 }],
    ['is said to be', { ...PICTURE, file_size: BYTES_MAX + 1, with_url: false }],
  ])('is given up when it %s too large', async (_how, media) => {
    await world.send('image', { ...media, mime_type: 'image/jpeg' });
    expect(await world.fetchTurn()).toMatchObject({ failed: 1 });
    expect(await world.row()).toMatchObject({ status: 'failed', reason_code: 'media.too_large' });
  });

  it('is stored when it is just as large as allowed', async () => {
    await world.send('image', { fill_bytes: BYTES_MAX, mime_type: 'image/jpeg' });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject({ ...STORED, size_bytes: BYTES_MAX });
  });

  it.each(['text/html', 'image/svg+xml', 'application/x-msdownload', ';', 'nonsense'])(
    'is given up when its type is %s',
    async (mimeType) => {
      await world.send('document', { ...PICTURE, mime_type: mimeType });
      await world.fetchTurn();
      expect(await world.row()).toMatchObject({ status: 'failed', reason_code: 'media.type_not_accepted' });
    },
  );

  it('is given up when WhatsApp says that it cannot be had', async () => {
    await world.send('image', { ...PICTURE, with_url: false });
    const body = { error: { code: 131052, message: 'Media download error' } };
    await world.simulator.fault({ service: 'whatsapp', kind: 'error', status: 400, body });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject({ status: 'failed', reason_code: 'media.not_downloadable' });
  });
});

describe('a try that fails', () => {
  it.each([
    ['never answers', { kind: 'hang' }, 200],
    ['cuts the connection', { kind: 'cut-before' }, undefined],
    ['answers nonsense', { kind: 'empty-502' }, undefined],
    ['refuses for now', { kind: 'error', status: 429 }, undefined],
  ] as const)('because WhatsApp %s is repeated after a pause', async (_what, fault, timeoutMs) => {
    await world.send('image', { ...PICTURE, with_url: false });
    await world.simulator.fault({ service: 'whatsapp', times: 1, ...fault });
    expect(await world.fetchTurn(timeoutMs)).toMatchObject({ again: 1 });
    const row = await world.row();
    expect(row).toMatchObject({ status: 'pending', reason_code: 'media.unavailable' });
    expect(row.due_in_ms).toBeGreaterThan(5_000);
    await world.simulator.clearFaults();
    await tryAgain();
    expect(await world.row()).toMatchObject(STORED);
  });

  it('because the token is refused says so', async () => {
    await world.send('image', { ...PICTURE, with_url: false });
    const body = { error: { code: 190, message: 'Invalid OAuth access token' } };
    await world.simulator.fault({ service: 'whatsapp', kind: 'error', status: 401, body });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject({ status: 'pending', reason_code: 'media.unauthorised' });
  });

  it('is the last one when the file is seven days old', async () => {
    await world.send('image', PICTURE);
    await world.fetchTurn();
    await world.pool.query(`update media set status = 'pending', attempts = 3, due_at = now()`);
    await world.letPass(7 * DAY_MS);
    world.clock.aheadMs = 7 * DAY_MS + 1;
    await world.fetchDue();
    expect(await world.row()).toMatchObject({ status: 'failed', reason_code: 'media.expired' });
    expect(await isMediaDue(world.pool)).toBe(false);
  });
});

describe('the token', () => {
  it('is not shown to another host, whether the message or the look-up names it', async () => {
    await world.send('image', { ...PICTURE, url: `${world.foreign.url}/picture` });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject({
      status: 'pending',
      reason_code: 'media.host_not_allowed',
      storage_key: null,
    });
    expect(world.foreign.asked).toEqual([]);
  });

  it('does not follow a redirect to another host', async () => {
    await world.send('image', PICTURE);
    await world.simulator.fault({
      service: 'whatsapp',
      match: DOWNLOAD,
      kind: 'error',
      status: 302,
      headers: { location: `${world.foreign.url}/picture` },
    });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject({ status: 'pending', reason_code: 'media.host_not_allowed' });
    expect(world.foreign.asked).toEqual([]);
  });

  it('follows a redirect within the allowed hosts, but not for ever', async () => {
    await world.send('image', PICTURE);
    const { rows } = await world.pool.query<{ url: string }>('select url from media');
    const fault = {
      service: 'whatsapp',
      match: DOWNLOAD,
      kind: 'error',
      status: 302,
      headers: { location: rows[0]?.url ?? '' },
    } as const;
    await world.simulator.fault({ ...fault, times: 1 });
    await world.fetchTurn();
    expect(await world.row()).toMatchObject(STORED);
    await world.pool.query(`update media set status = 'pending', due_at = now()`);
    const forEver = await world.simulator.fault(fault);
    await world.fetchDue();
    expect(await world.row()).toMatchObject({ status: 'pending', reason_code: 'media.unavailable' });
    expect(await world.simulator.hitsOf(forEver)).toBe(4);
  });
});

describe('what nobody fetches', () => {
  it('is left to its turn at first, and then found', async () => {
    await world.send('image', PICTURE);
    expect(await world.fetchDue()).toMatchObject({ stored: 0, again: 0 });
    await world.letPass(30_001);
    expect(await isMediaDue(world.pool)).toBe(true);
    await world.fetchDue();
    expect(await world.row()).toMatchObject(STORED);
  });

  it('because its process died is found after the lease, and by nobody before', async () => {
    await world.send('image', PICTURE);
    const { rows } = await world.pool.query<{ id: string }>('select id from turn');
    const turnId = rows[0]?.id ?? '';
    expect(await claimMediaOfTurn(world.pool, turnId, LEASE_MS)).toMatchObject({ attempts: 1 });
    await world.letPass(LEASE_MS / 2);
    expect(await world.fetchTurn()).toMatchObject({ stored: 0 });
    expect(await world.fetchDue()).toMatchObject({ stored: 0 });
    await world.letPass(LEASE_MS / 2);
    await world.fetchDue();
    expect(await world.row()).toMatchObject({ ...STORED, attempts: 2 });
  });

  it('is taken up by one of many who look at once', async () => {
    await world.send('image', PICTURE);
    await world.letPass(30_001);
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimDueMedia(world.pool, LEASE_MS)));
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });
});
