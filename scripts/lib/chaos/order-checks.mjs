import { shownOn } from './send-checks.mjs';
import { groupBy, statement } from './statement.mjs';

/** What stands in a conversation stands in the order in which it happened. */
export function orderChecks({ plan, whatsapp, postgres }) {
  const sends = new Map(postgres.sends.map((send) => [send.id, send]));
  const inbound = postgres.messages.filter(({ direction }) => direction === 'inbound');
  return [
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
