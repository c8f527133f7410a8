import { randomUUID } from 'node:crypto';
import request from 'supertest';
import { conversationDetail } from '../../api/contract';
import { createTestApi } from './app';
import type { TestApi } from './app';
import { problemOf } from './expectations';

const CONTENT = 'the bytes of a file';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
beforeEach(() => {
  api.clock.nowMs = null;
});
afterAll(() => api.end());

const STORED_PICTURE = {
  kind: 'image',
  status: 'stored',
  mimeType: 'image/jpeg',
  filename: null as string | null,
  reason: null as string | null,
};
const ANY_ID: unknown = expect.any(String);
const LINK: unknown = expect.stringMatching(
  /^http:\/\/api\.test\/v1\/media\/[0-9a-f-]{36}\?expires=\d+&signature=/,
);
const SHORT_CACHE: unknown = expect.stringMatching(/^private, max-age=(299|300)$/);

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(CONTENT));
}

/** A message of a conversation with a file, as the fetch left it. */
async function file(changes: Partial<typeof STORED_PICTURE> = {}) {
  const row = { ...STORED_PICTURE, ...changes };
  const scene = await api.world.conversation();
  const kept = await api.storage.put(bytes(), null);
  await api.world.pool.query(
    `insert into media (message_id, whatsapp_media_id, kind, announced_mime_type, filename, announced_at, status,
        reason_code, due_at, mime_type, size_bytes, storage_key)
     select $1, $2, $3, $4, $5, now(), $6, $7, now(), stored.* from (select 1) as one
       left join (values ($4, $8::bigint, $9)) as stored on $6 = 'stored'`,
    [
      scene.messageId,
      randomUUID(),
      row.kind,
      row.mimeType,
      row.filename,
      row.status,
      row.reason,
      kept?.sizeBytes,
      kept?.key,
    ],
  );
  const detail = conversationDetail.parse((await api.get(`/v1/conversations/${scene.id}`)).body);
  const shown = detail.messages[0]?.media[0];
  if (shown === undefined) throw new Error('The message shows no file.');
  return shown;
}

/** Follows a link without any token, as a browser does. */
const follow = (url: string | null, headers: Record<string, string> = {}) => {
  if (url === null) throw new Error('The file has no link.');
  const { pathname, search } = new URL(url);
  return request(api.app).get(`${pathname}${search}`).set(headers).buffer(true);
};

describe('a message', () => {
  test('shows its file with a link once it is stored', async () => {
    expect(await file({ kind: 'document', mimeType: 'application/pdf', filename: 'plan.pdf' })).toEqual({
      id: ANY_ID,
      kind: 'document',
      mime_type: 'application/pdf',
      filename: 'plan.pdf',
      size_bytes: CONTENT.length,
      status: 'stored',
      reason: null,
      url: LINK,
    });
  });

  test.each([
    ['pending', 'media.unavailable'],
    ['failed', 'media.too_large'],
  ])('shows a %s file with the reason and without a link', async (status, reason) => {
    expect(await file({ status, reason })).toMatchObject({ status, reason, url: null, size_bytes: null });
  });
});

describe('the link to a file', () => {
  test('gives the file without a token, for a page to show', async () => {
    const answer = await follow((await file()).url);
    expect(answer.status).toBe(200);
    expect(Buffer.from(answer.body as Uint8Array).toString()).toBe(CONTENT);
    expect(answer.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(CONTENT.length),
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'accept-ranges': 'bytes',
      'cache-control': SHORT_CACHE,
    });
    expect(answer.headers['content-security-policy']).toContain('sandbox');
  });

  test('gives everything else as a download under the name it was sent with', async () => {
    const name = 'Plan "B" – größer.html\r\nX: 1';
    const shown = await file({ kind: 'document', mimeType: 'application/pdf', filename: name });
    const answer = await follow(shown.url);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/pdf');
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="/);
    expect(answer.headers['content-disposition']).toContain(
      "filename*=UTF-8''Plan%20%22B%22%20%E2%80%93%20gr",
    );
    expect(answer.headers['x']).toBeUndefined();
  });

  test('gives a part where one is asked for', async () => {
    const { url } = await file({ kind: 'video', mimeType: 'video/mp4' });
    const part = await follow(url, { range: 'bytes=4-8' });
    expect(part.status).toBe(206);
    expect(Buffer.from(part.body as Uint8Array).toString()).toBe('bytes');
    expect(part.headers['content-range']).toBe(`bytes 4-8/${CONTENT.length}`);
    const tail = await follow(url, { range: 'bytes=-4' });
    expect(Buffer.from(tail.body as Uint8Array).toString()).toBe('file');
    const beyond = await follow(url, { range: 'bytes=1000-' });
    expect(beyond.status).toBe(416);
    expect(beyond.headers['content-range']).toBe(`bytes */${CONTENT.length}`);
  });

  test('gives the whole file where the part belongs to another version or is not understood', async () => {
    const { url } = await file();
    for (const headers of [
      { range: 'bytes=4-8', 'if-range': '"another"' },
      { range: 'lines=1-2' },
      { range: 'bytes=0-1,4-5' },
    ])
      expect((await follow(url, headers)).status).toBe(200);
  });

  test('works for as long as it was signed for', async () => {
    const { url } = await file();
    api.clock.nowMs = Date.now() + 298_000;
    expect((await follow(url)).status).toBe(200);
    api.clock.nowMs = Date.now() + 301_000;
    const answer = await follow(url);
    expect(answer.status).toBe(403);
    expect(problemOf(answer)).toMatchObject({ type: 'urn:continuo:problem:media_link_expired' });
  });

  test('is refused when anything in it was changed', async () => {
    const [one, other] = [await file(), await file()];
    const url = new URL(one.url ?? '');
    const changed: string[] = [one.url?.replace(one.id, other.id) ?? ''];
    for (const [name, value] of [
      ['expires', String(Number(url.searchParams.get('expires')) + 1)],
      ['expires', '9'.repeat(400)],
      ['signature', 'A'.repeat(43)],
      ['signature', ''],
    ] as const) {
      const copy = new URL(url);
      copy.searchParams.set(name, value);
      changed.push(copy.href);
    }
    for (const name of ['expires', 'signature']) {
      const copy = new URL(url);
      copy.searchParams.delete(name);
      const twice = new URL(url);
      twice.searchParams.append(name, url.searchParams.get(name) ?? '');
      changed.push(copy.href, twice.href);
    }
    for (const href of changed) {
      const answer = await follow(href);
      expect(problemOf(answer)).toMatchObject({
        status: 403,
        type: 'urn:continuo:problem:media_link_invalid',
      });
    }
  });

  test('cannot be had by a token alone', async () => {
    const { id } = await file();
    expect((await api.get(`/v1/media/${id}`)).status).toBe(403);
  });

  test('tells when the file is not stored any more, or not at all', async () => {
    const shown = await file();
    await api.world.pool.query(
      `update media set status = 'failed', reason_code = 'media.expired' where id = $1`,
      [shown.id],
    );
    expect(problemOf(await follow(shown.url))).toMatchObject({
      status: 409,
      type: 'urn:continuo:problem:media_not_stored',
      media_status: 'failed',
      reason_code: 'media.expired',
    });
    await api.world.pool.query(`update media set status = 'stored', storage_key = $2 where id = $1`, [
      shown.id,
      `ab/${'0'.repeat(64)}`,
    ]);
    expect((await follow(shown.url)).status).toBe(404);
    await api.world.pool.query('delete from media where id = $1', [shown.id]);
    expect((await follow(shown.url)).status).toBe(404);
  });
});
