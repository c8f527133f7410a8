export const WA_ID = '447700900001';

const EPISODE = '00000000-0000-4000-8000-000000000001';

/** A log as the product writes it: a summary, an empty line, a line for each message, an empty line, the marker. */
export function log(lines, { id = 'l1', episode = EPISODE, part = 1, contacts = ['k1'] } = {}) {
  const transcript = ['<em>1970-01-01</em>', ...lines];
  const body = ['<strong>WhatsApp conversation</strong>', 'Status: open', '', ...transcript, ''];
  return {
    id,
    properties: { hs_communication_body: [...body, `ref: wa-${episode}-${part}`].join('<br>') },
    associations: { contacts: contacts.map((contact) => ({ id: contact })) },
  };
}

export const LINES = {
  m1: '[Buyer 00:01] A question (ref m1)',
  w1: '[Continuo 00:01] It&#39;s in stock (ref w1)',
  p1: '[Phone 00:01] I take care of it',
  m2: '[Buyer 00:02] A question (ref m2)',
};
export const TEXTS = { m1: 'A question (ref m1)', w1: "It's in stock (ref w1)", p1: 'I take care of it' };

/**
 * What all sides noted of one buyer who asked, was answered, heard from somebody on the phone app, asked again, and was then
 * taken over by an agent.
 */
export function truth() {
  const inbound = (id, atMs, place) => ({
    ...said({ id, direction: 'inbound', author: 'buyer', text: `A question (ref ${id})`, atMs, place }),
    turn_id: `turn-${id}`,
    turn_status: 'decided',
    started_at: new Date(atMs),
    verdicts: 1,
  });
  const outbound = { direction: 'outbound', author: 'automation' };
  const call = { kind: 'message', request: { biz_opaque_callback_data: 's1' }, wamid: 'w1' };
  return {
    plan: [{ waId: WA_ID }],
    open: [],
    brokenWorkflows: 0,
    seen: {
      said: new Set(['m1', 'm2']),
      takeOvers: [{ waId: WA_ID, confirmedAtMs: 150_000, endsAtMs: Infinity, named: [] }],
    },
    whatsapp: {
      announced: new Set(['m1', 'p1', 'm2']),
      calls: [{ ...call, answer: { status: 200, error_code: null } }],
      phones: new Map([
        [
          WA_ID,
          [
            { id: 'm1', direction: 'in', at_ms: 60_000, text: TEXTS.m1 },
            { id: 'w1', direction: 'out', at_ms: 90_000, text: TEXTS.w1, biz_opaque_callback_data: 's1' },
            { id: 'p1', direction: 'out', at_ms: 100_000, text: TEXTS.p1 },
            { id: 'm2', direction: 'in', at_ms: 120_000, text: 'A question (ref m2)' },
          ],
        ],
      ]),
    },
    postgres: {
      messages: [
        inbound('m1', 60_000, 1),
        said({ ...outbound, id: 'w1', text: TEXTS.w1, atMs: 90_500, place: 2, sendId: 's1' }),
        said({ ...outbound, id: 'p1', author: 'phone', text: TEXTS.p1, atMs: 100_999, place: 3 }),
        inbound('m2', 120_000, 4),
      ],
      sends: [send('s1', { whatsapp_id: 'w1', claimed_at_ms: 90_000 })],
      buyers: [{ wa_id: WA_ID, buyer_id: 'b1', contact_id: 'k1' }],
      conversations: [{ id: 'c1', wa_id: WA_ID }],
      episodes: [{ id: EPISODE, conversation_id: 'c1', ordinal: 1 }],
      setAside: [],
      deadRows: [],
    },
    hubspot: {
      contacts: [{ id: 'k1', properties: { phone: `+${WA_ID}` } }],
      communications: [log([LINES.m1, LINES.w1, LINES.p1, LINES.m2])],
    },
  };
}

/** A message as Postgres has it. */
export function said({ id, direction, author, text, atMs, place, sendId = null }) {
  return {
    id: `row-${id}`,
    whatsapp_id: id,
    conversation_id: 'c1',
    episode_id: EPISODE,
    direction,
    author,
    text,
    send_id: sendId,
    sent_at_ms: atMs,
    captured_at_ms: atMs,
    item_id: place,
    place,
  };
}

/** A row of the ledger. */
export function send(id, more = {}) {
  return {
    id,
    conversation_id: 'c1',
    kind: 'reply',
    author: 'automation',
    status: 'read',
    reason_code: null,
    answers_message_id: 'row-m1',
    ...more,
  };
}
