import { at, bodyOf, change, message, messages } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const FROM = '447700900120';
const OURS = '12025550100';
const PICTURE = {
  id: '9001',
  mime_type: 'image/jpeg',
  sha256: 'q1w2e3=',
  url: 'https://lookaside.fbsbx.com/a',
  caption: 'Look',
};

const world = useWorld();

const withMedia = (more: Json = {}): Json =>
  message({
    id: 'wamid.picture',
    from: FROM,
    type: 'image',
    text: undefined,
    image: PICTURE,
    timestamp: at(10),
    ...more,
  });
const rows = () =>
  world.rows(
    `select message.whatsapp_id as message, whatsapp_media_id as id, kind, status, reason_code as reason
       from media join message on message.id = media.message_id order by media.announced_at, media.id`,
  );
/** Whether the sweep may take the files up now. */
const areDue = async () =>
  (await world.rows<{ due: boolean }>('select due_at <= now() as due from media')).map(({ due }) => due);
const past = (...items: readonly Json[]): Json =>
  bodyOf(change({ history: [{ threads: [{ id: FROM, messages: items }] }] }, 'history'));

const PENDING = { message: 'wamid.picture', id: '9001', kind: 'image', status: 'pending', reason: null };

describe('a file', () => {
  it('of a message is noted with all that was announced, and left to the turn at first', async () => {
    await world.take(
      messages(
        withMedia({
          type: 'document',
          image: undefined,
          document: { ...PICTURE, mime_type: 'application/pdf', filename: 'plan.pdf' },
        }),
      ),
    );
    expect(
      await world.rows(
        'select whatsapp_media_id, kind, announced_mime_type, announced_sha256, filename, url, attempts from media',
      ),
    ).toEqual([
      {
        whatsapp_media_id: '9001',
        kind: 'document',
        announced_mime_type: 'application/pdf',
        announced_sha256: 'q1w2e3=',
        filename: 'plan.pdf',
        url: 'https://lookaside.fbsbx.com/a',
        attempts: 0,
      },
    ]);
    expect(await areDue()).toEqual([false]);
  });

  it('is noted once, however often its message comes', async () => {
    for (let copy = 0; copy < 3; copy += 1) await world.take(messages(withMedia()));
    expect(await rows()).toEqual([PENDING]);
  });

  it.each([
    ['image', 'image'],
    ['video', 'video'],
    ['audio', 'audio'],
    ['voice', 'audio'],
    ['document', 'document'],
    ['sticker', 'sticker'],
  ])('of the type %s is %s', async (type, kind) => {
    await world.take(messages(withMedia({ type, image: undefined, [type]: PICTURE })));
    expect(await rows()).toMatchObject([{ kind }]);
  });

  it('of a message from the phone app has no turn to wait for', async () => {
    await world.take(
      bodyOf(change({ message_echoes: [withMedia({ from: OURS, to: FROM })] }, 'smb_message_echoes')),
    );
    expect(await rows()).toEqual([PENDING]);
    expect(await areDue()).toEqual([true]);
  });

  it('of the history has no turn to wait for, whether it took the place of a placeholder or not', async () => {
    await world.take(past(withMedia({ type: 'media_placeholder', image: undefined })));
    expect(await rows()).toEqual([]);
    await world.take(bodyOf(change({ messages: [withMedia()] }, 'history')));
    expect(await rows()).toEqual([PENDING]);
    expect(await areDue()).toEqual([true]);
  });

  it.each([['first'], ['last']])('of an edit that comes %s belongs to the edited message', async (when) => {
    const edit = message({
      from: FROM,
      type: 'edit',
      text: undefined,
      edit: {
        original_message_id: 'wamid.picture',
        message: { type: 'image', image: { ...PICTURE, id: '9002' } },
      },
      timestamp: at(20),
    });
    const bodies = [messages(withMedia()), messages(edit)];
    for (const body of when === 'first' ? bodies.reverse() : bodies) await world.take(body);
    expect(await rows()).toEqual(expect.arrayContaining([PENDING, { ...PENDING, id: '9002' }]));
    expect(await rows()).toHaveLength(2);
  });

  it('of the history gives way to that of the same message coming live, and a fetched one stays', async () => {
    await world.take(past(withMedia({ image: { id: '8001' } })));
    await world.take(messages(withMedia()));
    expect(await rows()).toEqual([PENDING]);
    await world.empty();
    await world.take(past(withMedia({ image: { id: '8001' } })));
    await world.pool.query(
      `update media set status = 'stored', mime_type = 'image/jpeg', size_bytes = 1, storage_key = 'k'`,
    );
    await world.take(messages(withMedia()));
    expect(await rows()).toMatchObject([{ id: '8001', status: 'stored' }, PENDING]);
  });

  it('that WhatsApp could not take over is shown as failed, whatever the type of its message', async () => {
    const errors = [{ code: 131052, title: 'Media download error' }];
    await world.take(
      messages(
        withMedia({ type: 'unsupported', image: undefined, errors }),
        withMedia({ id: 'wamid.other', image: {}, errors }),
      ),
    );
    const failed = { id: null, status: 'failed', reason: 'media.not_downloadable' };
    expect(await rows()).toEqual(
      expect.arrayContaining([
        { ...failed, message: 'wamid.picture', kind: 'unknown' },
        { ...failed, message: 'wamid.other', kind: 'image' },
      ]),
    );
  });

  it.each([['nothing'], [null], [[]], [{}], [{ id: 7 }], [{ id: '' }], [{ id: 'x'.repeat(600) }]])(
    'that a message does not name (%j) is shown as failed, and the message is kept',
    async (image) => {
      await world.take(messages(withMedia({ image })));
      expect(await rows()).toMatchObject([{ id: null, status: 'failed', reason: 'media.not_named' }]);
      expect(await world.rows('select type from message')).toEqual([{ type: 'image' }]);
    },
  );
});

it('a message without a file leaves no row', async () => {
  await world.take(
    messages(message({ from: FROM }), message({ from: FROM, type: 'location', location: {} })),
  );
  expect(await rows()).toEqual([]);
});
