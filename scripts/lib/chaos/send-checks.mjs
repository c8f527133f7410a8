import { groupBy, statement } from './statement.mjs';

/** With these the ledger says that WhatsApp has the message. */
const LEFT = ['accepted', 'sent', 'delivered', 'read', 'played'];
const ENDS = [...LEFT, 'refused', 'recalled', 'failed', 'unconfirmed'];

/** The ledger of sends against what the phones show and what calls WhatsApp has seen. */
export function sendChecks({ plan, seen, whatsapp, postgres }) {
  const sends = new Map(postgres.sends.map((send) => [send.id, send]));
  const shown = plan.flatMap(({ waId }) => shownOn(waId, whatsapp, sends));
  const shownBySend = groupBy(shown, ({ reference }) => reference);
  const callsBySend = groupBy(whatsapp.calls, ({ request }) => request?.biz_opaque_callback_data);
  return [
    statement(
      `0 lost: each of ${shown.length} messages of ours on the phones is in the ledger as left`,
      shown
        .filter(({ id, send }) => !LEFT.includes(send?.status) || send.whatsapp_id !== id)
        .map(({ id, send }) => `${id}: ${send?.status ?? 'unknown'}`),
    ),
    statement(
      'and everything that left by the ledger is on a phone',
      postgres.sends
        .filter(({ id, status }) => LEFT.includes(status) && !shownBySend.has(id))
        .map(({ id }) => id),
    ),
    statement('0 doubled: no send is shown twice', [
      ...[...shownBySend].filter(([, rows]) => rows.length > 1).map(([id]) => id),
    ]),
    statement('no message of a buyer is answered twice', answeredTwice(shown)),
    statement(
      'each is in the conversation once, as said',
      notSaidOnce({ shown, messages: postgres.messages }),
    ),
    statement(
      'and nothing stands there that no phone shows',
      shownNowhere({ phones: whatsapp.phones, messages: postgres.messages }),
    ),
    statement(
      'a call with an unknown end is the last call of its send',
      [...callsBySend].filter(([, calls]) => calls.slice(0, -1).some(isAmbiguous)).map(([id]) => id),
    ),
    statement(
      'every send has its end: left, held back with a reason, or flagged as unconfirmed',
      postgres.sends
        .filter(
          ({ status, reason_code: reason }) => !ENDS.includes(status) || (!LEFT.includes(status) && !reason),
        )
        .map(({ id, status }) => `${id}: ${status}`),
    ),
    statement(
      `0 automated after a take-over was confirmed (${seen.takeOvers.length} take-overs)`,
      seen.takeOvers.flatMap((takeOver) => afterTakeOver(takeOver, shownOn(takeOver.waId, whatsapp, sends))),
    ),
  ];
}

/** Our messages on a phone, in its order, each with its row of the ledger; what the phone app wrote has none. */
export function shownOn(waId, whatsapp, sends) {
  return whatsapp.phones
    .get(waId)
    .filter(({ direction, biz_opaque_callback_data: reference }) => direction === 'out' && reference)
    .map(({ id, at_ms: atMs, biz_opaque_callback_data: reference }) => ({
      id,
      atMs,
      reference,
      send: sends.get(reference),
    }));
}

/** No answer, or a failure without WhatsApp's own words: the message may have left. */
export function isAmbiguous({ answer }) {
  if (answer === null || answer.status === null) return true;
  return answer.status >= 500 && answer.error_code === null;
}

function answeredTwice(shown) {
  const replies = shown.filter(({ send }) => send?.kind === 'reply');
  const byMessage = groupBy(replies, ({ send }) => send.answers_message_id);
  return [...byMessage].filter(([, rows]) => rows.length > 1).map(([id]) => id);
}

function notSaidOnce({ shown, messages }) {
  const said = groupBy(
    messages.filter(({ direction }) => direction === 'outbound'),
    ({ whatsapp_id: id }) => id,
  );
  return shown
    .filter(({ id, reference }) => {
      const rows = said.get(id) ?? [];
      return rows.length !== 1 || rows[0].send_id !== reference;
    })
    .map(({ id }) => id);
}

/** Ours, and what the phone app wrote: the messages of buyers are compared with the phones by themselves. */
function shownNowhere({ phones, messages }) {
  const onPhones = new Set([...phones.values()].flat().map(({ id }) => id));
  return messages
    .filter(({ direction, whatsapp_id: id }) => direction === 'outbound' && !onPhones.has(id))
    .map(({ whatsapp_id: id }) => id);
}

/** What the answer named had begun before; everything else of automation, of whatever kind, must wait for the hand-back. */
function afterTakeOver({ waId, confirmedAtMs, endsAtMs, named }, shown) {
  return shown
    .filter(({ atMs, send }) => atMs > confirmedAtMs && atMs < endsAtMs && send?.author === 'automation')
    .filter(({ send }) => !named.includes(send.id))
    .map(({ id, atMs }) => `${id} on ${waId}, ${atMs - confirmedAtMs} ms after`);
}
