import { shownOn } from './send-checks.mjs';
import { groupBy, statement } from './statement.mjs';

/** Claims have microseconds; what is made of them has whole milliseconds, cut or rounded. */
const ROUNDING_MS = 1;

/** What stands in a conversation stands in the order in which it happened. */
export function orderChecks({ plan, seen, whatsapp, postgres }) {
  const sends = new Map(postgres.sends.map((send) => [send.id, send]));
  const inbound = postgres.messages.filter(({ direction }) => direction === 'inbound');
  return [
    statement(
      'each phone shows what was written on it in the order in which it was written',
      plan.flatMap(({ waId }) => disorderOn(waId, { seen, phone: whatsapp.phones.get(waId) })),
    ),
    statement(
      'Postgres has each message at the second at which it stands on its phone, ours not before its claim',
      plan.flatMap(({ waId }) => misdated({ phone: whatsapp.phones.get(waId), sends, postgres })),
    ),
    statement(
      '0 out of order: messages are decided in the order in which they were captured',
      [...groupBy(inbound, ({ conversation_id: id }) => id)].flatMap(([id, messages]) =>
        overtakenIn(id, messages),
      ),
    ),
    statement(
      'and ours stand on each phone in the order in which they left',
      plan.flatMap(({ waId }) => {
        const claims = shownOn(waId, whatsapp, sends).map(({ send }) => send?.claimed_at_ms ?? 0);
        return claims.some((at, index) => at < (claims[index - 1] ?? 0)) ? [waId] : [];
      }),
    ),
  ];
}

/** Each buyer writes one message after the other, so the order of the answers is the order of the messages. */
function disorderOn(waId, { seen, phone }) {
  const shown = phone.map(({ id }) => id).filter((id) => seen.said.has(id));
  const written = [...seen.said].filter((id) => shown.includes(id));
  return [
    ...shown.filter((id, index) => id !== written[index]).map((id) => `${id} on ${waId}`),
    ...phone
      .filter(({ at_ms: atMs }, index) => atMs < (phone[index - 1]?.at_ms ?? 0))
      .map(({ id }) => `${id} on ${waId} before the one above it`),
  ];
}

/** WhatsApp tells whole seconds. When ours left is known by the answer to its call, which may come late, but not early. */
function misdated({ phone, sends, postgres }) {
  const rows = new Map(postgres.messages.map((message) => [message.whatsapp_id, message]));
  return phone.flatMap(({ id, at_ms: atMs, biz_opaque_callback_data: reference }) => {
    const row = rows.get(id);
    if (row === undefined) return [];
    const isRight = reference
      ? secondOf(row.sent_at_ms) >= secondOf(atMs) &&
        row.sent_at_ms >= (sends.get(reference)?.claimed_at_ms ?? 0) - ROUNDING_MS
      : secondOf(row.sent_at_ms) === secondOf(atMs);
    return isRight ? [] : [`${id}: ${row.sent_at_ms} and ${atMs}`];
  });
}

function secondOf(ms) {
  return Math.floor(ms / 1_000);
}

/** Messages that came into a later turn than one that was captured after them. */
function overtakenIn(conversationId, messages) {
  const byCapture = [...messages].sort(
    (one, other) => one.captured_at_ms - other.captured_at_ms || one.item_id - other.item_id,
  );
  const turnAtMs = ({ started_at: at }) => at?.getTime() ?? 0;
  return byCapture
    .filter((message, index) => index > 0 && turnAtMs(message) < turnAtMs(byCapture[index - 1]))
    .map(({ whatsapp_id: id }) => `${id} in ${conversationId}`);
}
