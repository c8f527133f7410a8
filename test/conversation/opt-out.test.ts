import { startTalk } from './talk';
import type { Talk } from './talk';
import { groundOwners } from '../ingest/ground-owner';

const CONFIRMATION = 'You will get no more messages from us. Write START if you change your mind.';
const QUESTION =
  'Would you like to get no more messages from us? Please answer STOP, or tell us what we can do.';

let talk: Talk;
beforeAll(async () => {
  talk = await startTalk();
});
afterAll(() => talk.end());

let buyers = 0;
const newBuyer = () => `1202555${String((buyers += 1)).padStart(4, '0')}`;

const wishes = (waId: string) =>
  talk.rows(
    `select consent.value, consent.source, consent.reason_code, message.text as words
       from consent join buyer_identity using (buyer_id) left join message on message.id = consent.message_id
      where buyer_identity.value = $1 order by consent.id`,
    [waId],
  );
const isOptedOut = async (waId: string) =>
  (
    await talk.rows<{ out: boolean }>(
      `select opted_out_at is not null as out from buyer join buyer_identity on buyer_id = buyer.id where value = $1`,
      [waId],
    )
  )[0]?.out;

describe('an opt-out in words', () => {
  it('is confirmed once, is the last message, and keeps its evidence', async () => {
    const buyer = newBuyer();
    await talk.says(buyer, 'Please stop messaging me');
    await talk.says(buyer, 'STOP');
    await talk.says(buyer, 'Do you deliver?');
    expect(await talk.texts(buyer)).toEqual([CONFIRMATION]);
    expect(await isOptedOut(buyer)).toBe(true);
    expect((await wishes(buyer))[0]).toEqual({
      value: 'stop',
      source: 'message',
      reason_code: 'opt_out.phrase',
      words: 'Please stop messaging me',
    });
  });

  it('is not confirmed by automation where an agent has the conversation', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    await talk.pool.query(`update conversation set owner = 'agent:anna', epoch = epoch + 1 where id = $1`, [
      id,
    ]);
    await groundOwners(talk.pool);
    await talk.says(buyer, 'stop');
    expect(await isOptedOut(buyer)).toBe(true);
    expect(await talk.texts(buyer)).toHaveLength(1);
  });
});

describe('an opt-in', () => {
  it.each(['START', 'You can write to me again', 'Wieder anmelden'])(
    'takes an opt-out back: %s',
    async (words) => {
      const buyer = newBuyer();
      await talk.says(buyer, 'stop');
      await talk.says(buyer, words);
      expect(await isOptedOut(buyer)).toBe(false);
      expect(await wishes(buyer)).toMatchObject([{ value: 'stop' }, { value: 'resume', words }]);
      await talk.says(buyer, 'How much is the set?');
      expect((await talk.texts(buyer)).at(-1)).toMatch(/490 USD/);
    },
  );

  it('needs its own words: whatever else is written does not end an opt-out', async () => {
    const buyer = newBuyer();
    await talk.says(buyer, 'stop');
    await talk.says(buyer, 'When do you start to deliver?');
    expect(await isOptedOut(buyer)).toBe(true);
  });
});

describe('a word that may cancel an order or opt out', () => {
  it('is asked about once, and nothing follows by itself', async () => {
    const buyer = newBuyer();
    await talk.says(buyer, 'Cancel');
    expect(await talk.texts(buyer)).toEqual([QUESTION]);
    expect(await isOptedOut(buyer)).toBe(false);
    const followUps = await talk.rows(
      `select follow_up.status, follow_up.reason_code from follow_up join conversation on conversation.id = conversation_id
         join buyer_identity using (buyer_id) where value = $1`,
      [buyer],
    );
    expect(followUps).toEqual([{ status: 'skipped', reason_code: 'silence.nothing_asked' }]);
  });

  it.each(['Yes please', 'cancel', 'STOP', 'ok'])(
    'is an opt-out after that, when answered %s',
    async (words) => {
      const buyer = newBuyer();
      await talk.says(buyer, 'Cancel');
      await talk.says(buyer, words);
      expect(await isOptedOut(buyer)).toBe(true);
      expect(await talk.texts(buyer)).toEqual([QUESTION, CONFIRMATION]);
    },
  );

  it('goes on as a conversation, when answered by anything else', async () => {
    const buyer = newBuyer();
    await talk.says(buyer, 'Cancel');
    await talk.says(buyer, 'No, I mean my order. How much do you charge?');
    expect(await isOptedOut(buyer)).toBe(false);
    expect((await talk.texts(buyer)).at(-1)).toMatch(/490 USD/);
  });

  it('is an opt-out where the policy has no question', async () => {
    const quiet = await startTalk((policy) => policy.replace(/^ {4}question:\n.*\n/m, ''));
    try {
      const buyer = newBuyer();
      await quiet.says(buyer, 'Cancel');
      expect(await quiet.texts(buyer)).toEqual([CONFIRMATION]);
    } finally {
      await quiet.end();
    }
  });
});

describe('a buyer on the list of people whom automation never writes to', () => {
  const list = (value: string) =>
    talk.pool.query(
      `insert into never_automate (kind, value, reason, added_by) values ('wa_id', $1, 'asked for it', 'anna')`,
      [value],
    );

  it('is left to a person, also with the very first message', async () => {
    const buyer = newBuyer();
    await list(buyer);
    const id = await talk.says(buyer, 'How much is the set?');
    expect(await talk.texts(buyer)).toEqual([]);
    expect(
      await talk.rows('select owner, needs_human, reason_code from conversation where id = $1', [id]),
    ).toEqual([{ owner: 'unassigned', needs_human: true, reason_code: 'route.never_automate' }]);
  });

  it('gets nothing that was prepared before', async () => {
    const buyer = newBuyer();
    const id = await talk.says(buyer, 'Hello');
    await talk.pool.query(
      `insert into send (key, conversation_id, kind, author, status, type, body, epoch, decision_id)
       select 'prepared:' || id, id, 'reply', 'automation', 'planned', 'text', '{"type":"text","text":{"body":"x"}}', epoch,
              (select max(id) from decision) from conversation where id = $1`,
      [id],
    );
    await list(buyer);
    await talk.settle(id);
    expect(await talk.texts(buyer)).toHaveLength(1);
    expect(await talk.rows(`select reason_code from send where key = 'prepared:' || $1`, [id])).toEqual([
      { reason_code: 'gate.never_automate' },
    ]);
  });
});
