import { listSendLedger } from '../../api/read/sends';
import { runCommand } from '../../store/commands/run-command';
import { setNumberMode, throwKillSwitch } from '../../store/commands/allow-automation';
import { startTalk } from './talk';
import type { Talk } from './talk';

const NUMBER_ID = '100000000000001';
const inMode = (mode: string) => (policy: string) =>
  policy
    .replace(`'${NUMBER_ID}': live`, `'${NUMBER_ID}': ${mode}`)
    .replace(
      '  respond_within_ms',
      `  assurance: { text: 'Somebody will be with you shortly.' }\n  respond_within_ms`,
    );

/** A day of buyers, each with other words. */
const DAY = [
  'Hello',
  'How much is the starter set?',
  'Hola, ¿cuánto cuesta?',
  'Guten Tag, was kostet das große Set?',
  'Bonjour',
  'Quanto custa o kit?',
  'Do you deliver to Lisbon?',
  'I need 40 pieces by Friday',
  'This is a scandal, my parcel is broken',
  'thanks, bye',
  'STOP',
  'Please stop messaging me',
  '👍',
  'ok',
  'Can you send me an offer?',
  'Ciao, vorrei un preventivo',
  'Hoeveel kost het?',
  'Merhaba, fiyat nedir?',
  'Is the blue one available?',
  'Where is my order?',
  'URGENT: we need an answer today',
  'Good morning!',
  'I will come back to you next week',
  'What are your opening hours?',
  'price list please',
  'I want to complain about your service',
  'Could somebody call me?',
  'asdf qwer',
  'Berapa harganya?',
  'One more question',
  'Cancel',
];
const buyerOf = (index: number) => `1202555${String(index).padStart(4, '0')}`;

async function play(talk: Talk, day: readonly string[]): Promise<void> {
  for (const [index, text] of day.entries()) await talk.says(buyerOf(index), text);
}

/** What each buyer would have got, as the ledger lists it. */
async function listed(talk: Talk): Promise<Map<string, (string | null)[]>> {
  const { items } = await listSendLedger(talk.pool, {
    status: ['refused'],
    reason_code: 'gate.mode',
    number_id: NUMBER_ID,
    limit: 200,
  });
  const buyers = await talk.rows<{ id: string; wa_id: string }>(
    `select conversation.id, value as wa_id from conversation join buyer_identity using (buyer_id)`,
  );
  return new Map(
    buyers.map(({ id, wa_id: waId }) => [
      waId,
      items
        .filter((item) => item.conversation_id === id)
        .map((item) => item.text)
        .reverse(),
    ]),
  );
}

describe('a day of traffic on a number in observe', () => {
  let observed: Talk;
  let twin: Talk;
  beforeAll(async () => {
    [observed, twin] = await Promise.all([startTalk(inMode('observe')), startTalk(inMode('live'))]);
    await Promise.all([play(observed, DAY), play(twin, DAY)]);
  });
  afterAll(() => Promise.all([observed.end(), twin.end()]));

  it('sends nothing, not even a read mark, and lists exactly what a live number sent', async () => {
    expect(await observed.simulator.sends()).toEqual([]);
    const wouldHave = await listed(observed);
    expect(wouldHave.size).toBe(DAY.length);
    let sentCount = 0;
    for (const index of DAY.keys()) {
      const sent = await twin.texts(buyerOf(index));
      sentCount += sent.length;
      expect([DAY[index], wouldHave.get(buyerOf(index))]).toEqual([DAY[index], sent]);
    }
    expect(sentCount).toBeGreaterThan(20);
  });

  it('follows a person’s word, which outranks the policy, from the next message on', async () => {
    const by = { phoneNumberId: NUMBER_ID, actor: 'anna', reason: 'we have seen enough' };
    await setNumberMode(observed.pool, { ...by, mode: 'live' });
    await observed.says('12025559001', 'Hello');
    expect(await observed.texts('12025559001')).toHaveLength(1);
    await setNumberMode(observed.pool, { ...by, mode: null });
    await observed.says('12025559002', 'Hello');
    expect(await observed.texts('12025559002')).toEqual([]);
    const changes = await observed.rows(
      'select mode_before, mode_after, actor, reason from number_mode_change order by id',
    );
    expect(changes).toEqual([
      { mode_before: 'observe', mode_after: 'live', actor: 'anna', reason: by.reason },
      { mode_before: 'live', mode_after: 'observe', actor: 'anna', reason: by.reason },
    ]);
  });
});

describe('a number in draft', () => {
  let talk: Talk;
  beforeAll(async () => {
    talk = await startTalk(inMode('draft'));
  });
  afterAll(() => talk.end());

  async function approve(waId: string): Promise<string> {
    const conversationId = await talk.says(waId, 'How much is the starter set?');
    const [draft] = await talk.rows<{ id: string }>(
      `select id from send where conversation_id = $1 and status = 'draft'`,
      [conversationId],
    );
    const approved = await runCommand(talk.pool, {
      kind: 'approve_send',
      arguments: { sendId: draft?.id ?? '' },
      conversationId,
      actor: 'anna',
      isVerified: true,
      idempotencyKey: `approve:${waId}`,
    });
    expect(approved.kind).toBe('done');
    await talk.settle(conversationId);
    return conversationId;
  }

  it('sends only what a person approved, and counts it as theirs', async () => {
    await talk.says('12025559010', 'How much is the starter set?');
    expect(await talk.texts('12025559010')).toEqual([]);
    await approve('12025559011');
    expect(await talk.texts('12025559011')).toHaveLength(1);
    expect(await talk.rows('select author_kind, sent from budget_month')).toEqual([
      { author_kind: 'people', sent: 1 },
    ]);
  });

  it('sends not even that while a switch is thrown, and asks a person', async () => {
    const order = { scope: 'rule', target: 'price-question', actor: 'anna', reason: 'old prices' } as const;
    await throwKillSwitch(talk.pool, order);
    const id = await approve('12025559012');
    expect(await talk.texts('12025559012')).toEqual([]);
    expect(await talk.rows('select needs_human, reason_code from conversation where id = $1', [id])).toEqual([
      { needs_human: true, reason_code: 'gate.switched_off' },
    ]);
  });
});
