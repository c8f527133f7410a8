import { decideRejection } from '../../../domain/send/rejection.decide';

const first = { httpStatus: 400, attempts: 1, retryAfterMs: null };

describe('a message that WhatsApp refused', () => {
  it.each([
    ['the limit of the pair', 131056, 'whatsapp.pair_limit'],
    ['the throughput of the number', 130429, 'whatsapp.throttled'],
    ['a fault of WhatsApp', 131000, 'whatsapp.transient'],
  ])('is tried again after %s', (_what, code, reasonCode) => {
    expect(decideRejection({ ...first, code })).toMatchObject({ kind: 'again', reasonCode });
  });

  it.each([
    ['a closed window', 131047, 400, 'whatsapp.needs_template'],
    ['a buyer who cannot be reached', 131026, 400, 'whatsapp.unreachable'],
    ['a limit of quality', 368, 400, 'whatsapp.quality'],
    ['a bad token', 190, 401, 'whatsapp.account'],
    ['a missing permission', 200, 403, 'whatsapp.account'],
    ['bad content', 131008, 400, 'whatsapp.content'],
    ['an unknown code', 999_999, 400, 'whatsapp.content'],
  ])('is given up after %s', (...[, code, httpStatus, reasonCode]) => {
    expect(decideRejection({ ...first, code, httpStatus })).toEqual({ kind: 'give_up', reasonCode });
  });

  it('with an unknown code is judged by its HTTP status', () => {
    expect(decideRejection({ ...first, code: 999_999, httpStatus: 503 }).kind).toBe('again');
    expect(decideRejection({ ...first, code: 999_999, httpStatus: 429 }).reasonCode).toBe(
      'whatsapp.throttled',
    );
  });

  it('waits four times as long from try to try, and as long as WhatsApp asks', () => {
    const delays = [1, 2, 3].map((attempts) => {
      const verdict = decideRejection({ ...first, code: 131056, attempts });
      return verdict.kind === 'again' ? verdict.delayMs : null;
    });
    expect(delays).toEqual([1_000, 4_000, 16_000]);
    expect(decideRejection({ ...first, code: 130429, retryAfterMs: 60_000 })).toMatchObject({
      delayMs: 60_000,
    });
  });

  it('is given up after five tries', () => {
    expect(decideRejection({ ...first, code: 131056, attempts: 5 }).kind).toBe('give_up');
  });
});
