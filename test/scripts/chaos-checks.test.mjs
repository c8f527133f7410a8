import { checksOf } from '../../scripts/lib/chaos/checks.mjs';

const WA_ID = '447700900001';

/** What all sides noted of one buyer who asked twice, was answered once, and was then taken over by an agent. */
function truth() {
  const inbound = (id, minute) => ({
    id: `row-${id}`,
    whatsapp_id: id,
    conversation_id: 'c1',
    direction: 'inbound',
    author: 'buyer',
    text: `A question (ref ${id})`,
    turn_id: `turn-${id}`,
    send_id: null,
    turn_status: 'decided',
    started_at: new Date(minute * 60_000),
    captured_at_ms: minute * 60_000,
    item_id: minute,
    verdicts: 1,
  });
  const outbound = { whatsapp_id: 'w1', conversation_id: 'c1', direction: 'outbound', author: 'automation' };
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
      announced: new Set(['m1', 'm2']),
      calls: [{ ...call, answer: { status: 200, error_code: null } }],
      phones: new Map([
        [
          WA_ID,
          [
            { id: 'm1', direction: 'in', at_ms: 60_000 },
            { id: 'w1', direction: 'out', at_ms: 90_000, biz_opaque_callback_data: 's1' },
            { id: 'm2', direction: 'in', at_ms: 120_000 },
          ],
        ],
      ]),
    },
    postgres: {
      messages: [
        inbound('m1', 1),
        { ...outbound, id: 'row-w1', text: 'An answer (ref w1)', send_id: 's1' },
        inbound('m2', 2),
      ],
      sends: [send('s1', { whatsapp_id: 'w1', claimed_at_ms: 90_000 })],
      buyers: [{ wa_id: WA_ID, buyer_id: 'b1', contact_id: 'k1' }],
      conversations: [{ id: 'c1', wa_id: WA_ID }],
      episodes: [{ id: '00000000-0000-4000-8000-000000000001', conversation_id: 'c1' }],
      setAside: [],
      deadRows: [],
    },
    hubspot: {
      contacts: [{ id: 'k1', properties: { phone: `+${WA_ID}` } }],
      communications: [
        {
          id: 'l1',
          properties: {
            hs_communication_body:
              '(ref m1) (ref w1) (ref m2) ref: wa-00000000-0000-4000-8000-000000000001-1',
          },
          associations: { contacts: [{ id: 'k1' }] },
        },
      ],
    },
  };
}

function send(id, more = {}) {
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

const untrue = (evidence) =>
  checksOf(evidence)
    .filter(({ against }) => against.length > 0)
    .map(({ text }) => text);

const phone = (evidence) => evidence.whatsapp.phones.get(WA_ID);
const shows = (evidence, { id, reference, atMs }) =>
  phone(evidence).push({ id, direction: 'out', at_ms: atMs, biz_opaque_callback_data: reference });

describe('the comparison after chaos', () => {
  it('finds nothing against what is true', () => expect(untrue(truth())).toEqual([]));

  it.each([
    ['0 lost', 'a message that is not in Postgres', ({ postgres }) => postgres.messages.pop()],
    [
      '0 doubled',
      'a message that is there twice',
      ({ postgres }) => postgres.messages.push(postgres.messages[0]),
    ],
    ['WhatsApp took', 'a message that no phone shows', ({ seen }) => seen.said.add('m3')],
    [
      'one conversation',
      'a second conversation',
      ({ postgres }) => postgres.conversations.push({ id: 'c2', wa_id: WA_ID }),
    ],
    ['decided once', 'a turn without a verdict', ({ postgres }) => (postgres.messages[0].verdicts = 0)],
    ['decided once', 'a parked turn', ({ postgres }) => (postgres.messages[0].turn_status = 'parked')],
    [
      'set aside',
      'an item that was given up',
      ({ postgres }) => postgres.setAside.push({ id: 1, error: 'x' }),
    ],
    [
      'in the ledger as left',
      'a message on a phone that the ledger has as unconfirmed',
      ({ postgres }) =>
        Object.assign(postgres.sends[0], { status: 'unconfirmed', reason_code: 'send.unconfirmed' }),
    ],
    [
      'left by the ledger',
      'a send that no phone shows',
      ({ postgres }) => postgres.sends.push(send('s2', { status: 'sent', answers_message_id: 'row-m2' })),
    ],
    [
      'shown twice',
      'a send that a phone shows twice',
      (evidence) => shows(evidence, { id: 'w2', reference: 's1', atMs: 91_000 }),
    ],
    [
      'answered twice',
      'two answers to one message',
      (evidence) => {
        evidence.postgres.sends.push(send('s2', { whatsapp_id: 'w2', claimed_at_ms: 95_000 }));
        shows(evidence, { id: 'w2', reference: 's2', atMs: 95_000 });
      },
    ],
    [
      'as said',
      'a message of ours that the conversation does not hold',
      ({ postgres }) => postgres.messages.splice(1, 1),
    ],
    [
      'last call',
      'a call after one without an answer',
      ({ whatsapp }) => whatsapp.calls.unshift({ ...whatsapp.calls[0], answer: null }),
    ],
    [
      'last call',
      'a call after a failure without WhatsApp’s words',
      ({ whatsapp }) =>
        whatsapp.calls.unshift({ ...whatsapp.calls[0], answer: { status: 502, error_code: null } }),
    ],
    [
      'its end',
      'a send that is still claimed',
      ({ postgres }) => postgres.sends.push(send('s2', { status: 'claimed' })),
    ],
    [
      'after a take-over',
      'an automated message after a take-over',
      (evidence) => {
        evidence.postgres.sends.push(
          send('s2', { whatsapp_id: 'w2', claimed_at_ms: 160_000, answers_message_id: 'row-m2' }),
        );
        shows(evidence, { id: 'w2', reference: 's2', atMs: 160_000 });
      },
    ],
    [
      'captured',
      'a message in an earlier turn than one before it',
      ({ postgres }) => (postgres.messages[2].started_at = new Date(0)),
    ],
    [
      'on each phone',
      'two messages of ours in the wrong order',
      (evidence) => {
        evidence.postgres.sends.push(
          send('s2', { whatsapp_id: 'w2', claimed_at_ms: 80_000, kind: 'human', author: 'agent:anna' }),
        );
        shows(evidence, { id: 'w2', reference: 's2', atMs: 95_000 });
      },
    ],
    [
      'one contact',
      'a second contact of a buyer',
      ({ hubspot }) => hubspot.contacts.push({ ...hubspot.contacts[0], id: 'k2' }),
    ],
    [
      'one log',
      'a second log of an episode',
      ({ hubspot }) => hubspot.communications.push(hubspot.communications[0]),
    ],
    ['one log', 'an episode without a log', ({ postgres }) => postgres.episodes.push({ id: 'e2' })],
    [
      'every message stands',
      'a log without a message',
      ({ hubspot }) =>
        (hubspot.communications[0].properties.hs_communication_body =
          'ref: wa-00000000-0000-4000-8000-000000000001-1'),
    ],
    [
      'given up',
      'a row for HubSpot that was given up',
      ({ postgres }) => postgres.deadRows.push({ object_kind: 'contact', error_code: 'x' }),
    ],
    ['came to rest', 'something that never ends', ({ open }) => open.push(['turns to decide', 1])],
    ['no workflow', 'a workflow that failed', (evidence) => (evidence.brokenWorkflows = 1)],
  ])('says under "%s" when there is %s', (words, _what, change) => {
    const evidence = truth();
    change(evidence);
    expect(untrue(evidence).join('\n')).toContain(words);
  });

  it('lets a call that WhatsApp refused in its own words be made again', () => {
    const evidence = truth();
    const [call] = evidence.whatsapp.calls;
    evidence.whatsapp.calls.unshift({ ...call, wamid: null, answer: { status: 429, error_code: 130429 } });
    expect(untrue(evidence)).toEqual([]);
  });

  it('lets pass what a take-over named as begun before', () => {
    const evidence = truth();
    evidence.postgres.sends.push(
      send('s2', { whatsapp_id: 'w2', claimed_at_ms: 149_000, answers_message_id: 'row-m2' }),
    );
    evidence.postgres.messages.push({
      ...evidence.postgres.messages[1],
      id: 'row-w2',
      whatsapp_id: 'w2',
      send_id: 's2',
    });
    shows(evidence, { id: 'w2', reference: 's2', atMs: 151_000 });
    evidence.seen.takeOvers[0].named.push('s2');
    expect(untrue(evidence)).toEqual([]);
  });
});
