import { orderChecks } from './order-checks.mjs';
import { hubspotChecks } from './hubspot-checks.mjs';
import { sendChecks } from './send-checks.mjs';
import { groupBy, statement } from './statement.mjs';

/** Everything that has to be true when all sides are compared: statements with what was found against them. */
export function checksOf(evidence) {
  return [
    statement(
      'everything came to rest',
      evidence.open.map(([what, count]) => `${count} ${what}`),
    ),
    ...messageChecks(evidence),
    ...sendChecks(evidence),
    ...orderChecks(evidence),
    ...hubspotChecks(evidence),
    statement(
      'no workflow ended by an error',
      evidence.brokenWorkflows === 0
        ? []
        : [`${evidence.brokenWorkflows} failed, were terminated or timed out`],
    ),
  ];
}

function messageChecks({ plan, seen, whatsapp, postgres }) {
  // By buyers, or on the phone app: what we sent is compared with the ledger.
  const written = plan.flatMap(({ waId }) =>
    whatsapp.phones.get(waId).filter((one) => one.direction === 'in' || !one.biz_opaque_callback_data),
  );
  const onPhones = new Set(written.map(({ id }) => id));
  const inbound = postgres.messages.filter(({ direction }) => direction === 'inbound');
  const told = [...inbound, ...postgres.messages.filter(({ author }) => author === 'phone')];
  const kept = groupBy(told, ({ whatsapp_id: id }) => id);
  const announced = written.filter(({ id }) => whatsapp.announced.has(id));
  const lost = announced.filter(({ id }) => !kept.has(id));
  const undecided = inbound.filter((message) => message.turn_status !== 'decided' || message.verdicts !== 1);
  return [
    statement(
      `each of ${seen.said.size} messages that WhatsApp took is on a phone and was announced`,
      [...seen.said].filter((id) => !onPhones.has(id) || !whatsapp.announced.has(id)),
    ),
    statement(
      `0 lost: each of ${announced.length} announced messages is in Postgres`,
      lost.map(({ id }) => id),
    ),
    statement('0 doubled: none stands there twice, and none that nobody wrote', [
      ...[...kept].filter(([, rows]) => rows.length > 1).map(([id]) => `${id} twice`),
      ...told
        .filter(({ whatsapp_id: id }) => !onPhones.has(id))
        .map(({ whatsapp_id: id }) => `${id} of nobody`),
    ]),
    statement('each belongs to the one conversation of its buyer', strangersIn({ plan, whatsapp, postgres })),
    statement(
      'each belongs to a turn that was decided once',
      undecided.map(
        ({ whatsapp_id: id, turn_status: status, verdicts }) => `${id}: ${status}, ${verdicts} verdicts`,
      ),
    ),
    statement(
      'nothing that came was set aside',
      postgres.setAside.map(({ id, error }) => `item ${id}: ${error}`),
    ),
  ];
}

/** Buyers with more or fewer conversations than one, and messages in the conversation of somebody else. */
function strangersIn({ plan, whatsapp, postgres }) {
  const conversationsOf = groupBy(postgres.conversations, ({ wa_id: waId }) => waId);
  const placeOf = new Map(postgres.messages.map((message) => [message.whatsapp_id, message.conversation_id]));
  return plan.flatMap(({ waId }) => {
    const ids = (conversationsOf.get(waId) ?? []).map(({ id }) => id);
    if (ids.length !== 1) return [`${waId} has ${ids.length} conversations`];
    const elsewhere = whatsapp.phones
      .get(waId)
      .filter(({ id }) => placeOf.has(id) && placeOf.get(id) !== ids[0]);
    return elsewhere.map(({ id }) => `${id} of ${waId}`);
  });
}
