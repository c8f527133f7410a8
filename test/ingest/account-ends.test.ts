import { numberDetail } from '../../api/contract';
import { listNumbers } from '../../api/read/numbers';
import { liftEndedRestrictions } from '../../store/account-standing.store';
import { at, message, messages, NUMBER_ID } from './bodies';
import type { Json } from './bodies';
import { useWorld } from './world';

const WABA = '100000000000009';

const reported = (field: string, value: Json, seconds: number): Json => ({
  object: 'whatsapp_business_account',
  entry: [{ id: WABA, time: Number(at(seconds)), changes: [{ field, value }] }],
});
const account = (event: string, seconds: number, more: Json = {}) =>
  reported('account_update', { event, ...more }, seconds);
const ban = (state: string) => ({ ban_info: { waba_ban_state: [state], waba_ban_date: 'July 20, 2026' } });

const world = useWorld();
beforeEach(async () => {
  await world.pool.query('delete from channel where scope <> $1', ['app']);
  await world.take(messages(message({ from: '447700900170' })));
});

describe('what stood against an account', () => {
  const theNumber = async (id = NUMBER_ID) =>
    numberDetail.parse((await listNumbers(world.pool)).find((one) => one.id === id));
  const stopped = async (id = NUMBER_ID) => (await theNumber(id)).stopped?.reason_code ?? null;

  it('a ban that is lifted is no alarm', async () => {
    await world.take(account('DISABLED_UPDATE', 1, ban('DISABLE')));
    await world.take(account('DISABLED_UPDATE', 2, ban('REINSTATE')));
    expect(await world.rows('select severity from account_event order by occurred_at')).toEqual([
      { severity: 'critical' },
      { severity: 'info' },
    ]);
  });

  it('a restriction ends at the time that Meta told, without another report', async () => {
    const until = (seconds: number) => ({
      restriction_info: [
        { restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: Number(at(seconds)) },
      ],
    });
    await world.take(account('ACCOUNT_RESTRICTION', 1, until(7_200)));
    expect(await liftEndedRestrictions(world.pool)).toEqual([]);
    expect(await stopped()).toBe('account.restricted');
    // Its end is over.
    for (const [table, column] of [
      [
        'channel',
        `stopped_error = jsonb_set(stopped_error, '{reported,restriction_info,0,expiration}', '${at(60)}')`,
      ],
      ['account_event', `raw = jsonb_set(raw, '{restriction_info,0,expiration}', '${at(60)}')`],
    ] as const)
      await world.pool.query(
        `update ${table} set ${column}${table === 'channel' ? ` where stopped_error is not null` : ''}`,
      );
    await liftEndedRestrictions(world.pool);
    expect(await stopped()).toBeNull();
  });

  it('a restriction that was over when its report came stops nothing', async () => {
    const info = [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: Number(at(60)) }];
    await world.take(account('ACCOUNT_RESTRICTION', 1, { restriction_info: info }));
    expect(await stopped()).toBeNull();
  });

  it('a restriction that has ended by time does not end a ban', async () => {
    const info = [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: Number(at(60)) }];
    await world.take(account('DISABLED_UPDATE', 1, ban('DISABLE')));
    await world.take(account('ACCOUNT_RESTRICTION', 2, { restriction_info: info }));
    expect(await stopped()).toBe('account.disabled');
  });

  it('a restriction that is told again with another end ends then', async () => {
    const until = (seconds: number) => ({
      restriction_info: [
        { restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: Number(at(seconds)) },
      ],
    });
    await world.take(account('ACCOUNT_RESTRICTION', 1, until(7_200)));
    await world.take(account('ACCOUNT_RESTRICTION', 2, until(60)));
    expect(await stopped()).toBeNull();
    await world.take(account('ACCOUNT_RESTRICTION', 3, { restriction_info: [{}] }));
    await world.take(account('ACCOUNT_RESTRICTION', 4, until(9_000)));
    expect(await stopped()).toBe('account.restricted');
    expect(
      await world.rows(
        `select stopped_error #>> '{reported,restriction_info,0,expiration}' as until from channel where scope = $1`,
        [NUMBER_ID],
      ),
    ).toEqual([{ until: at(9_000) }]);
  });
});
