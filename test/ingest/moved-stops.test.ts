import { noteConsent } from '../../store/consent.store';
import { at, identityChange, message, messages } from './bodies';
import { useWorld } from './world';

const world = useWorld();
const NUMBER = '447700900191';

/** Somebody between had the number after Anna. */
const between = messages(
  message({ id: 'wamid.between', from: NUMBER, from_user_id: 'GB.B1', timestamp: at(40) }),
);
/** Carl took it over, before the message was written. */
const taken = messages(
  identityChange(
    { type: 'user_changed_number', wa_id: NUMBER, user_id: 'GB.C2', previous_user_id: 'GB.C1' },
    { id: 'wamid.taken', from: '447700900192', timestamp: at(45) },
  ),
);
const writerOf = async () => {
  const [row] = await world.rows<{ buyer_id: string }>(
    `select buyer_id from message join conversation on conversation.id = conversation_id where whatsapp_id = 'wamid.said'`,
  );
  return row?.buyer_id ?? '';
};
const stopsOf = async (buyerId: string) =>
  await world.rows(
    `select value, reason_code, occurred_at, opted_out_at is not null as is_opted_out
       from consent join buyer on buyer.id = buyer_id where buyer_id = $1`,
    [buyerId],
  );

/** WhatsApp refuses a message of ours to the one who seemed to have written: they want no more. */
async function stop(buyerId: string): Promise<void> {
  const [row] = await world.rows<{ id: string }>(
    `with grounds as (
       insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
       select 'd', id, 'episode', 'open', 'episode.first', '[]', '{}', 'rules-1' from conversation where buyer_id = $1 limit 1
       returning *
     )
     insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id)
     select 'reply', conversation_id, 'reply', 'automation', 'accepted', 'text', '{}', 0, id from grounds returning id`,
    [buyerId],
  );
  await noteConsent(world.pool, {
    buyerId,
    value: 'stop',
    reasonCode: 'consent.send_error',
    occurredAtMs: Number(at(60)) * 1000,
    evidence: { source: 'send_error', sendId: row?.id ?? '', raw: {} },
  });
}

it.each([
  ['over somebody between', [between, taken]],
  ['at once', [taken, between]],
] as const)(
  'a stop of nobody knows whom holds for whoever wrote with the number, found %s',
  async (_, reports) => {
    await world.take(
      messages(message({ id: 'wamid.anna', from: NUMBER, from_user_id: 'GB.A1', timestamp: at(10) })),
    );
    await world.take(messages(message({ id: 'wamid.said', from: NUMBER, timestamp: at(50) })));
    const anna = await writerOf();
    await stop(anna);
    for (const report of reports) await world.take(report);
    expect(await writerOf()).not.toBe(anna);
    const [row] = await world.rows<{ buyer_id: string }>(
      `select buyer_id from buyer_identity where value = 'GB.C2'`,
    );
    expect(await writerOf()).toBe(row?.buyer_id);
    const stops = await stopsOf(await writerOf());
    expect(stops).toMatchObject([{ value: 'stop', reason_code: 'consent.send_error', is_opted_out: true }]);
    expect(await stopsOf(anna)).toEqual(stops);
  },
);
