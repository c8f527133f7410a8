import fc from 'fast-check';
import { ATTEMPTS_MAX, MEDIA_LIFE_MS, decideAfterFailure } from '../../../domain/media/attempt.decide';
import { MEDIA_KINDS, acceptedType, isShownInline } from '../../../domain/media/media.types';
import { createHostList } from '../../../activities/media/media.hosts';
import { sha256Hex } from '../../../activities/media/media.sha256';

const HOSTS = ['lookaside.fbsbx.com', '*.fbcdn.net', '*.whatsapp.net'];

describe('a link', () => {
  const isAllowed = createHostList(HOSTS, 'http://127.0.0.1:4010/whatsapp');
  it.each([
    'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1',
    'https://LOOKASIDE.fbsbx.com/a',
    'https://scontent.xx.fbcdn.net/a',
    'https://mmg.whatsapp.net/a',
    'http://127.0.0.1:4010/anything',
  ])('to %s may see the token', (link) => {
    expect(isAllowed(new URL(link))).toBe(true);
  });
  it.each([
    ['another host', 'https://example.com/a'],
    ['a host that ends like one of the list', 'https://lookaside.fbsbx.com.example.com/a'],
    ['a host that contains one of the list', 'https://evilfbcdn.net/a'],
    ['the bare name of a list of hosts', 'https://fbcdn.net/a'],
    ['a host below one that has none', 'https://a.lookaside.fbsbx.com/a'],
    ['a listed host without TLS', 'http://lookaside.fbsbx.com/a'],
    ['another port of a listed host', 'https://lookaside.fbsbx.com:8443/a'],
    ['another port of the API', 'http://127.0.0.1:4011/a'],
    ['the API by another scheme', 'https://127.0.0.1:4010/a'],
    ['the API by another name', 'http://localhost:4010/a'],
    ['a listed name before the @', 'https://lookaside.fbsbx.com@example.com/a'],
    ['a listed host with a password', 'https://user:word@lookaside.fbsbx.com/a'],
    ['a file', 'file:///etc/passwd'],
  ])('to %s may not', (_what, link) => {
    expect(isAllowed(new URL(link))).toBe(false);
  });
});

describe('the type of a file', () => {
  it('is one of ours, without parameters', () => {
    expect(acceptedType('audio', 'Audio/OGG; codecs=opus')).toBe('audio/ogg');
    expect(acceptedType('document', 'application/pdf')).toBe('application/pdf');
  });
  it.each(['text/html', 'image/svg+xml', 'application/javascript', 'application/xhtml+xml', 'text/xml'])(
    'is never %s, which a browser would run',
    (type) => {
      for (const kind of MEDIA_KINDS) expect(acceptedType(kind, type)).toBeNull();
    },
  );
  it('must fit the kind', () => {
    expect(acceptedType('image', 'application/pdf')).toBeNull();
    expect(acceptedType('sticker', 'image/jpeg')).toBeNull();
    expect(acceptedType('image', null)).toBeNull();
  });
  it('decides whether a page may show it', () => {
    expect(['image/jpeg', 'audio/ogg', 'video/mp4'].map(isShownInline)).toEqual([true, true, true]);
    expect(['application/pdf', 'text/plain'].map(isShownInline)).toEqual([false, false]);
  });
});

describe('a sha256', () => {
  const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  it.each([
    ['hex', hex],
    ['hex in capitals', hex.toUpperCase()],
    ['base64', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
    ['base64 without its end', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU'],
  ])('is read from %s', (_form, text) => {
    expect(sha256Hex(text)).toBe(hex);
  });
  it.each([null, '', 'q1w2e3=', hex.slice(1), 'what'])('is none in %j', (text) => {
    expect(sha256Hex(text)).toBeNull();
  });
});

describe('a failed try', () => {
  const failure = { reasonCode: 'media.unavailable', isPassing: true, announcedAtMs: 0 };
  it('is the last one when another cannot help', () => {
    expect(decideAfterFailure({ ...failure, isPassing: false, attempts: 1, nowMs: 0 })).toEqual({
      kind: 'give-up',
      reasonCode: 'media.unavailable',
    });
  });
  it('is followed by others until the file is seven days old, with pauses that never shrink before the end', () => {
    const pauses: number[] = [];
    const nowMs = (): number => pauses.reduce((sum, pause) => sum + pause, 0);
    const nextTry = () => decideAfterFailure({ ...failure, attempts: pauses.length + 1, nowMs: nowMs() });
    let next = nextTry();
    for (; next.kind === 'again'; next = nextTry()) pauses.push(next.delayMs);
    expect(next).toEqual({ kind: 'give-up', reasonCode: 'media.expired' });
    expect(nowMs()).toBe(MEDIA_LIFE_MS);
    expect(pauses.length).toBeLessThan(ATTEMPTS_MAX);
    const untilEnd = pauses.slice(0, -1);
    expect(untilEnd).toEqual([...untilEnd].sort((one, other) => one - other));
    expect(pauses[0]).toBe(15_000);
  });
  it('always ends, and never waits beyond the life of the file', () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.nat({ max: 2 * MEDIA_LIFE_MS }), (failedBefore, nowMs) => {
        const attempts = failedBefore + 1;
        const next = decideAfterFailure({ ...failure, attempts, nowMs });
        const isLast = nowMs >= MEDIA_LIFE_MS || attempts >= ATTEMPTS_MAX;
        expect(next.kind).toBe(isLast ? 'give-up' : 'again');
        const delayMs = next.kind === 'again' ? next.delayMs : 0;
        expect(isLast || nowMs + delayMs <= MEDIA_LIFE_MS).toBe(true);
      }),
    );
  });
});
