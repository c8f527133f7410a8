import { groupBy, statement } from './statement.mjs';

const MARKER = /ref: wa-([0-9a-f-]{36}-\d+)/;

/** HubSpot against what was said: one contact for each buyer, one log for each episode, every message in it. */
export function hubspotChecks({ plan, postgres, hubspot }) {
  const contactsOf = groupBy(hubspot.contacts, ({ properties }) =>
    (properties.phone ?? '').replace(/\D/g, ''),
  );
  const linkOf = new Map(postgres.buyers.map((buyer) => [buyer.wa_id, buyer.contact_id]));
  const markers = groupBy(hubspot.communications, ({ properties }) => markerOf(properties));
  return [
    statement(
      `HubSpot has one contact for each of ${plan.length} buyers, the one that is linked`,
      plan.flatMap(({ waId }) => {
        const ids = (contactsOf.get(waId) ?? []).map(({ id }) => id);
        return ids.length === 1 && ids[0] === linkOf.get(waId) ? [] : [`${waId}: ${ids.length} contacts`];
      }),
    ),
    statement(`and one log for each of ${postgres.episodes.length} episodes`, [
      ...[...markers]
        .filter(([marker, logs]) => marker === null || logs.length > 1)
        .map(([marker]) => `${marker} twice`),
      ...postgres.episodes.filter(({ id }) => !markers.has(`${id}-1`)).map(({ id }) => `none of ${id}`),
    ]),
    statement('in which every message stands', missingIn({ plan, postgres, hubspot })),
    statement(
      'no row for HubSpot was given up',
      postgres.deadRows.map(({ object_kind: kind, error_code: code }) => `${kind}: ${code}`),
    ),
  ];
}

function markerOf(properties) {
  return MARKER.exec(properties.hs_communication_body ?? '')?.[1] ?? null;
}

/** Messages whose words stand in no log of their buyer's contact. */
function missingIn({ plan, postgres, hubspot }) {
  const bodies = new Map();
  for (const { properties, associations } of hubspot.communications)
    for (const { id } of associations?.contacts ?? [])
      bodies.set(id, `${bodies.get(id) ?? ''}${properties.hs_communication_body ?? ''}`);
  const contactOf = new Map(postgres.buyers.map((buyer) => [buyer.wa_id, buyer.contact_id]));
  const messagesOf = groupBy(postgres.messages, ({ conversation_id: id }) => id);
  const conversationOf = new Map(postgres.conversations.map(({ id, wa_id: waId }) => [waId, id]));
  return plan.flatMap(({ waId }) => {
    const body = bodies.get(contactOf.get(waId)) ?? '';
    const messages = messagesOf.get(conversationOf.get(waId)) ?? [];
    return messages
      .filter(({ text }) => text !== null && !body.includes(referenceOf(text)))
      .map(({ whatsapp_id: id }) => id);
  });
}

/** The part of a text that is its own, or its first words: HubSpot escapes what looks like HTML. */
function referenceOf(text) {
  return /\(ref \w+\)/.exec(text)?.[0] ?? text.slice(0, 12);
}
