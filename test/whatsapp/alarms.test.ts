import { createWhatsAppActivities } from '../../activities/whatsapp/whatsapp.activities';
import { createWhatsAppClient } from '../../activities/whatsapp/whatsapp.client';
import { raiseBudgetAlarm } from '../../store/budget.store';
import { TEST_SETTINGS } from '../support/settings';
import { tellOnce } from '../../worker/tell-alarms';
import { NUMBER_ID } from '../commands/world';
import { SendWorld } from './send-world';
import { PATIENCE_MS } from '../support/wait-for';

let at: SendWorld;
beforeAll(async () => {
  at = await SendWorld.start();
});
beforeEach(() => at.calm());
afterAll(() => at.stop());

type Line = { readonly level: string; readonly event: unknown };

async function told(): Promise<Line[]> {
  const lines: Line[] = [];
  const keep = (level: string) => (line: Readonly<Record<string, unknown>>) => {
    lines.push({ level, ...line, event: line['event'] });
  };
  const logger = { warn: keep('warn'), error: keep('error') };
  // Several workers look at once.
  await Promise.all([1, 2, 3].map(() => tellOnce({ database: at.world.pool, logger })));
  return lines;
}

test('a stop of the channel stands in the log once, whoever looks', async () => {
  const scene = await at.conversation();
  await at.refuse(190, { status: 401, times: 1 });
  await at.deliver(await at.plan(scene));
  expect(await told()).toEqual([
    expect.objectContaining({ level: 'error', event: 'channel.stopped', code: 'whatsapp.account' }),
  ]);
  expect(await told()).toEqual([]);
});

test('a budget that is used stands in the log by its level', async () => {
  for (const level of ['nearly_used', 'used_up'] as const)
    await raiseBudgetAlarm(at.world.pool, {
      phoneNumberId: NUMBER_ID,
      month: '2026-01',
      level,
      usedShare: 1,
    });
  expect(await told()).toEqual([
    expect.objectContaining({ level: 'warn', event: 'budget.nearly_used', numberId: NUMBER_ID }),
    expect.objectContaining({ level: 'error', event: 'budget.used_up' }),
  ]);
});

test('a send of which nobody knows whether it left stands in the log once', async () => {
  const lines: unknown[] = [];
  const { deliverSend } = createWhatsAppActivities({
    database: at.world.pool,
    whatsapp: createWhatsAppClient({
      baseUrl: 'http://127.0.0.1:1',
      apiVersion: TEST_SETTINGS.whatsappApiVersion,
      accessToken: 'x',
      timeoutMs: PATIENCE_MS,
      connectTimeoutMs: PATIENCE_MS,
    }),
    logger: { warn: (line: unknown) => void lines.push(line), error: () => undefined },
  });
  const sendId = await at.plan(await at.conversation());
  await at.world.pool.query(
    `update send set status = 'claimed', claimed_at = now(), claim_until = now() - interval '1 second' where id = $1`,
    [sendId],
  );
  await deliverSend({ sendId });
  await deliverSend({ sendId });
  expect(lines).toEqual([{ event: 'send.unconfirmed', sendId, code: 'send.attempt_lost' }]);
});
