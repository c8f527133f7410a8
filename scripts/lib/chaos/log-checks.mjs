import { groupBy, statement } from './statement.mjs';
import { readLog } from './transcript.mjs';

const SECOND_MS = 1_000;

/** HubSpot's logs, word by word, against what the phones show and against Postgres. */
export function logChecks(evidence) {
  const buyers = evidence.plan.map(({ waId }) => storyOf(waId, evidence));
  return [
    statement(
      'in which stands what the phones show: every message, each once, and no other',
      buyers.flatMap(({ shown, logged }) => differenceOf(shown, logged)),
    ),
    statement(
      'in the order of the phone, but for what fell into one second or was under way at the same time',
      buyers.flatMap(({ waId, shown, logged }) => overtakenIn(waId, pairsOf(shown, logged))),
    ),
    statement(
      'and exactly in the order of Postgres',
      buyers.flatMap(({ waId, kept, logged }) => {
        const at = kept.findIndex((one, index) => keyOf(one) !== keyOf(logged[index]));
        return at < 0 ? [] : [`${waId} from message ${at + 1} on`];
      }),
    ),
  ];
}

/** What one buyer's phone shows, what Postgres kept of it, and what stands in the logs; each in its own order. */
function storyOf(waId, { whatsapp, postgres, hubspot }) {
  const conversationIds = postgres.conversations.filter((one) => one.wa_id === waId).map(({ id }) => id);
  const episodes = postgres.episodes
    .filter(({ conversation_id: id }) => conversationIds.includes(id))
    .sort((one, other) => one.ordinal - other.ordinal);
  const messages = groupBy(postgres.messages, ({ episode_id: id }) => id);
  const logs = groupBy(hubspot.communications.map(readLog), ({ episodeId }) => episodeId);
  const sends = new Map(postgres.sends.map((send) => [send.id, send]));
  const rows = new Map(postgres.messages.map((message) => [message.whatsapp_id, message]));
  return {
    waId,
    shown: whatsapp.phones
      .get(waId)
      // What a kill kept from being announced nobody but the phone knows of; that has a comparison of its own.
      .filter(({ id, biz_opaque_callback_data: reference }) => reference || whatsapp.announced.has(id))
      .map((message) => ({
        isBuyers: message.direction === 'in',
        text: message.text,
        ...momentsOf(message, sends.get(message.biz_opaque_callback_data), rows.get(message.id)),
      })),
    kept: episodes.flatMap(({ id }) =>
      (messages.get(id) ?? [])
        .toSorted((one, other) => one.place - other.place)
        .map(({ direction, text }) => ({ isBuyers: direction === 'inbound', text })),
    ),
    logged: episodes.flatMap(({ id }) =>
      (logs.get(id) ?? []).toSorted((one, other) => one.part - other.part).flatMap(({ entries }) => entries),
    ),
  };
}

/**
 * Between which moments a message was said, as far as can be known on our side: WhatsApp tells whole seconds; ours was
 * under way from its claim until its answer, or the status that stood in for it, had come.
 */
function momentsOf({ at_ms: atMs }, send, row) {
  if (send !== undefined)
    return { fromMs: send.claimed_at_ms ?? atMs, untilMs: Math.max(atMs, row?.sent_at_ms ?? 0) };
  const fromMs = atMs - (atMs % SECOND_MS);
  return { fromMs, untilMs: fromMs + SECOND_MS - 1 };
}

function keyOf(one) {
  return one === undefined ? null : `${one.isBuyers ? 'buyer' : 'us'}: ${one.text}`;
}

function differenceOf(shown, logged) {
  const onPhone = groupBy(shown, keyOf);
  const inLog = groupBy(logged, keyOf);
  return [...new Set([...onPhone.keys(), ...inLog.keys()])].flatMap((key) => {
    const [said, stands] = [onPhone, inLog].map((side) => side.get(key)?.length ?? 0);
    return said === stands ? [] : [`"${key}" was said ${said} times and stands there ${stands} times`];
  });
}

/** The messages of the phone with their places in the log; of those that say the same, the first is the first. */
function pairsOf(shown, logged) {
  const places = groupBy(
    logged.map((one, place) => ({ key: keyOf(one), place })),
    ({ key }) => key,
  );
  return shown.flatMap((message) => {
    const next = places.get(keyOf(message))?.shift();
    return next === undefined ? [] : [{ ...message, place: next.place }];
  });
}

function overtakenIn(waId, pairs) {
  return pairs.flatMap((earlier, index) =>
    pairs
      .slice(index + 1)
      .filter(({ place, fromMs }) => place < earlier.place && fromMs > earlier.untilMs)
      .map((later) => `"${keyOf(later)}" before "${keyOf(earlier)}" on ${waId}`),
  );
}
