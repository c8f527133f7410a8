import { checksOf } from '../../scripts/lib/chaos/checks.mjs';
import { LINES, TEXTS, WA_ID, log, said, send, truth } from './chaos-truth.mjs';

const untrue = (evidence) =>
  checksOf(evidence)
    .filter(({ against }) => against.length > 0)
    .map(({ text }) => text);

const phone = ({ whatsapp }) => whatsapp.phones.get(WA_ID);
const message = ({ postgres }, id) => postgres.messages.find(({ whatsapp_id: of }) => of === id);
const logs =
  (...lines) =>
  ({ hubspot }) =>
    (hubspot.communications = [log(lines)]);

function shows(evidence, { id, reference, atMs, text = TEXTS.w1 }) {
  phone(evidence).push({ id, direction: 'out', at_ms: atMs, text, biz_opaque_callback_data: reference });
}

/** A further message of ours, after everything else, of which all sides tell alike. */
function sends(evidence, { id, reference, atMs, claimedAtMs = atMs, ...more }) {
  const text = `Another answer (ref ${id})`;
  const row = send(reference, {
    whatsapp_id: id,
    claimed_at_ms: claimedAtMs,
    answers_message_id: null,
    ...more,
  });
  evidence.postgres.sends.push(row);
  shows(evidence, { id, reference, atMs, text });
  const saidNow = { id, direction: 'outbound', author: row.author, text, atMs, place: 5, sendId: reference };
  evidence.postgres.messages.push(said(saidNow));
  logs(...Object.values(LINES), `[Continuo 00:02] ${text}`)(evidence);
}

/** Each with words of the comparison that must notice it. */
const FAULTS = [
  ['came to rest', 'something that never ends', ({ open }) => open.push(['turns to decide', 1])],
  ['WhatsApp took', 'a message that no phone shows', ({ seen }) => seen.said.add('m3')],
  ['WhatsApp took', 'a message that was never announced', ({ whatsapp }) => whatsapp.announced.delete('m2')],
  ['0 lost: each of 3 announced', 'a message not in Postgres', ({ postgres }) => postgres.messages.pop()],
  [
    '0 lost: each of 3 announced',
    'a message of the phone app not in Postgres',
    ({ postgres }) => postgres.messages.splice(2, 1),
  ],
  [
    '0 doubled: none stands there twice',
    'a message that is there twice',
    ({ postgres }) => postgres.messages.push(postgres.messages[0]),
  ],
  [
    'none that nobody wrote',
    'a message of no phone',
    ({ postgres }) => postgres.messages.push({ ...postgres.messages[0], whatsapp_id: 'm9' }),
  ],
  [
    'one conversation of its buyer',
    'a second conversation',
    ({ postgres }) => postgres.conversations.push({ id: 'c2', wa_id: WA_ID }),
  ],
  [
    'one conversation of its buyer',
    'a message in the conversation of somebody else',
    (evidence) => (message(evidence, 'm2').conversation_id = 'c2'),
  ],
  ['decided once', 'a turn without a verdict', (evidence) => (message(evidence, 'm1').verdicts = 0)],
  ['decided once', 'a turn with two', (evidence) => (message(evidence, 'm1').verdicts = 2)],
  ['decided once', 'a parked turn', (evidence) => (message(evidence, 'm1').turn_status = 'parked')],
  ['set aside', 'an item that was given up', ({ postgres }) => postgres.setAside.push({ id: 1, error: 'x' })],
  [
    'in the ledger as left',
    'a message on a phone that the ledger has as unconfirmed',
    ({ postgres }) =>
      Object.assign(postgres.sends[0], { status: 'unconfirmed', reason_code: 'send.unconfirmed' }),
  ],
  [
    'in the ledger as left',
    'a message on a phone that the ledger does not know',
    (evidence) => shows(evidence, { id: 'w2', reference: 's2', atMs: 125_000 }),
  ],
  [
    'left by the ledger',
    'a send that no phone shows',
    ({ postgres }) => postgres.sends.push(send('s2', { status: 'sent', answers_message_id: 'row-m2' })),
  ],
  [
    'no send is shown twice',
    'a send that a phone shows twice',
    (evidence) => shows(evidence, { id: 'w2', reference: 's1', atMs: 125_000 }),
  ],
  [
    'answered twice',
    'two answers to one message',
    (evidence) => sends(evidence, { id: 'w2', reference: 's2', atMs: 125_000, answers_message_id: 'row-m1' }),
  ],
  [
    'once, as said',
    'a message of ours that the conversation does not hold',
    ({ postgres }) => postgres.messages.splice(1, 1),
  ],
  [
    'that no phone shows',
    'a message of ours in the conversation that never left',
    (evidence) => evidence.postgres.messages.push({ ...message(evidence, 'w1'), whatsapp_id: 'w2' }),
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
    'its end',
    'a send that was held back without a reason',
    ({ postgres }) => postgres.sends.push(send('s2', { status: 'refused' })),
  ],
  ...['reply', 'follow_up', 'assurance', 'opt_out_question', 'opt_out_confirmation'].map((kind) => [
    'after a take-over',
    `a message of automation after a take-over (${kind})`,
    (evidence) => sends(evidence, { id: 'w2', reference: 's2', atMs: 160_000, kind }),
  ]),
  [
    'each phone shows what was written',
    'a phone with the second message of its buyer before the first',
    (evidence) => {
      const [first, , , second] = phone(evidence);
      Object.assign(first, { id: 'm2', text: second.text });
      Object.assign(second, { id: 'm1', text: TEXTS.m1 });
    },
  ],
  [
    'each phone shows what was written',
    'a phone whose times run backwards',
    (evidence) => (phone(evidence)[3].at_ms = 59_000),
  ],
  [
    'at the second at which it stands on its phone',
    'a message of a buyer at another time',
    (evidence) => (message(evidence, 'm2').sent_at_ms = 121_000),
  ],
  [
    'at the second at which it stands on its phone',
    'a message of ours at a time before it was on the phone',
    (evidence) => (message(evidence, 'w1').sent_at_ms = 89_000),
  ],
  [
    'in which they were captured',
    'a message in an earlier turn than one before it',
    (evidence) => (message(evidence, 'm2').started_at = new Date(0)),
  ],
  [
    'in which they left',
    'two messages of ours in the wrong order',
    (evidence) => sends(evidence, { id: 'w2', reference: 's2', atMs: 125_000, claimedAtMs: 80_000 }),
  ],
  [
    'one contact',
    'a second contact of a buyer',
    ({ hubspot }) => hubspot.contacts.push({ ...hubspot.contacts[0], id: 'k2' }),
  ],
  ['one contact', 'another contact linked', ({ postgres }) => (postgres.buyers[0].contact_id = 'k2')],
  [
    'one log',
    'a second log of an episode',
    ({ hubspot }) => hubspot.communications.push(hubspot.communications[0]),
  ],
  ['one log', 'an episode without a log', ({ postgres }) => postgres.episodes.push({ id: 'e2' })],
  [
    'one log',
    'a log of no episode',
    ({ hubspot }) =>
      hubspot.communications.push(log([], { id: 'l2', episode: '00000000-0000-4000-8000-000000000002' })),
  ],
  [
    'one log',
    'a log without a marker',
    ({ hubspot }) => hubspot.communications.push({ id: 'l2', properties: {} }),
  ],
  [
    'at the contact of its buyer',
    'a log at the contact of somebody else',
    ({ hubspot }) => (hubspot.communications = [log(Object.values(LINES), { contacts: ['k2'] })]),
  ],
  ['each once, and no other', 'a log without one of the messages', logs(LINES.m1, LINES.w1, LINES.p1)],
  ['each once, and no other', 'a log with nothing in it', logs()],
  [
    'each once, and no other',
    'a log with each message twice',
    logs(...Object.values(LINES).flatMap((line) => [line, line])),
  ],
  [
    'each once, and no other',
    'a log with a message of a stranger',
    logs(...Object.values(LINES), '[Buyer 00:03] Who am I? (ref zzz)'),
  ],
  ['each once, and no other', 'a log with a line of nobody', logs('Who am I?', ...Object.values(LINES))],
  [
    'each once, and no other',
    'a log in which our words are the buyer’s',
    logs(LINES.m1, LINES.w1.replace('Continuo', 'Buyer'), LINES.p1, LINES.m2),
  ],
  ['in the order of the phone', 'a log the other way round', logs(...Object.values(LINES).toReversed())],
  [
    'in the order of the phone',
    'a log with two messages of the buyer in the wrong order',
    logs(LINES.m2, LINES.w1, LINES.p1, LINES.m1),
  ],
  [
    'in the order of the phone',
    'a log with an answer before its question',
    logs(LINES.w1, LINES.m1, LINES.p1, LINES.m2),
  ],
  [
    'exactly in the order of Postgres',
    'a log that has two messages of one second in another order',
    (evidence) => {
      const second = { sent_at_ms: 100_999, captured_at_ms: 101_100 };
      Object.assign(phone(evidence)[3], { at_ms: 100_100 });
      Object.assign(message(evidence, 'm2'), second);
      logs(LINES.m1, LINES.w1, LINES.m2, LINES.p1)(evidence);
    },
  ],
  [
    'given up',
    'a row for HubSpot that was given up',
    ({ postgres }) => postgres.deadRows.push({ object_kind: 'contact', error_code: 'x' }),
  ],
  ['no workflow', 'a workflow that failed', (evidence) => (evidence.brokenWorkflows = 1)],
];

describe('the comparison after chaos', () => {
  it('finds nothing against what is true', () => expect(untrue(truth())).toEqual([]));

  it.each(FAULTS)('says under "%s" when there is %s', (words, _what, change) => {
    const evidence = truth();
    change(evidence);
    expect(untrue(evidence).join('\n')).toContain(words);
  });

  it('has no comparison that none of these faults shows to be wrong', () => {
    const shown = FAULTS.flatMap(([words, , change]) => {
      const evidence = truth();
      change(evidence);
      return checksOf(evidence).flatMap(({ text, against }, index) =>
        against.length > 0 && text.includes(words) ? [index] : [],
      );
    });
    expect([...new Set(shown)].toSorted((one, other) => one - other)).toEqual([...checksOf(truth()).keys()]);
  });

  it('lets a call that WhatsApp refused in its own words be made again', () => {
    const evidence = truth();
    const [call] = evidence.whatsapp.calls;
    evidence.whatsapp.calls.unshift({ ...call, wamid: null, answer: { status: 429, error_code: 130429 } });
    expect(untrue(evidence)).toEqual([]);
  });

  it('lets pass what a take-over named as begun before', () => {
    const evidence = truth();
    sends(evidence, { id: 'w2', reference: 's2', atMs: 151_000, claimedAtMs: 149_000 });
    evidence.seen.takeOvers[0].named.push('s2');
    expect(untrue(evidence)).toEqual([]);
  });

  it('lets a message that came while ours was under way stand before it in the log', () => {
    const evidence = truth();
    // On the phone after ours, whose answer was read later.
    Object.assign(phone(evidence)[1], { at_ms: 99_000 });
    Object.assign(evidence.postgres.sends[0], { claimed_at_ms: 98_900 });
    Object.assign(message(evidence, 'w1'), { sent_at_ms: 101_200, place: 3 });
    message(evidence, 'p1').place = 2;
    logs(LINES.m1, LINES.p1, LINES.w1, LINES.m2)(evidence);
    expect(untrue(evidence)).toEqual([]);
  });

  it('reads a log of several parts as one', () => {
    const evidence = truth();
    evidence.hubspot.communications = [
      log([LINES.p1, LINES.m2], { id: 'l2', part: 2 }),
      log([LINES.m1, LINES.w1], { id: 'l1', part: 1 }),
    ];
    expect(untrue(evidence)).toEqual([]);
  });
});
