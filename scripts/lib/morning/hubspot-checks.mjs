import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until nothing of the conversations with a contact is on its way to HubSpot; the others wait for a human. */
export async function untilMirrored(stages, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    await Promise.all(stages.map((stage) => stage.look()));
    const linked = stages.filter(({ conversation }) => conversation?.identity?.contact_id);
    const pending = linked.filter(({ conversation }) => conversation.crm.some((row) => row.pending));
    if (pending.length === 0 || Date.now() > deadline) return;
    await sleep(500);
  }
}

/** What the simulated HubSpot must hold for a buyer with a contact, as statements that are true or false. */
export async function hubspotStatements(clients, stage) {
  const [contacts, communications] = await Promise.all([
    clients.objects('contacts'),
    clients.objects('communications'),
  ]);
  const { identity } = stage.conversation;
  if (!identity?.contact_id) {
    const bound = contacts.filter((contact) => digits(contact.properties.phone) === stage.buyer.wa_id);
    return [['HubSpot still has its two contacts and no third', bound.length === 2]];
  }
  const contact = contacts.find(({ id }) => id === identity.contact_id);
  const logs = communications.filter((log) => isLinked(log, 'contacts', identity.contact_id));
  const withNumber = contacts.filter(({ properties }) => digits(properties.phone) === stage.buyer.wa_id);
  return [
    [
      'HubSpot has exactly one contact with this number',
      withNumber.length === 1 && withNumber[0].id === contact?.id,
    ],
    ['one log of the conversation', logs.length === 1],
    ['the log holds what was said', logs.length === 1 && holdsTranscript(logs[0], stage)],
    ['the contact knows the last message', Boolean(contact?.properties.wa_last_inbound_at)],
    [
      `and the state ("${stage.conversation.status}")`,
      contact?.properties.wa_conversation_status === stage.conversation.status,
    ],
    ...(identity.deal_id
      ? [['the log hangs on the deal', logs.some((log) => isLinked(log, 'deals', identity.deal_id))]]
      : []),
    ...(identity.company_id
      ? [['and on the company', logs.some((log) => isLinked(log, 'companies', identity.company_id))]]
      : []),
  ];
}

/** One line on what HubSpot now holds about a buyer. */
export async function hubspotLine(clients, { conversation }) {
  const id = conversation?.identity?.contact_id;
  if (!id) return 'HubSpot: nothing was written, a human decides first';
  const contact = (await clients.objects('contacts')).find((one) => one.id === id);
  const shown = ['wa_conversation_status', 'wa_handled_by', 'wa_last_outcome'].map(
    (name) => contact?.properties[name] || '–',
  );
  const linked = Object.entries(contact?.associations ?? {}).map(
    ([type, records]) => `${records.length} ${type}`,
  );
  return `HubSpot: contact ${id}, ${shown.join(' · ')}; linked: ${linked.join(', ') || 'nothing'}`;
}

function isLinked(record, type, id) {
  return (record.associations?.[type] ?? []).some((to) => to.id === id);
}

function holdsTranscript(log, stage) {
  const plain = unescapeHtml(log.properties.hs_communication_body ?? '');
  return stage.phone.every(({ text }) => plain.includes(text));
}

function unescapeHtml(html) {
  const signs = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
    '&#x27;': "'",
    '&apos;': "'",
    '&amp;': '&',
  };
  return html.replaceAll(/&(lt|gt|quot|#39|#x27|apos|amp);/g, (sign) => signs[sign]);
}

function digits(phone) {
  return (phone ?? '').replaceAll(/\D/g, '');
}
