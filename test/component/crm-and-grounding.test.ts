import { addContact, addContactWithDeal, contactWhere, logsOf } from './crm-records';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';
import { listRuns, textsIn, textsInHistory } from './workflow-runs';
import { waitFor } from '../support/wait-for';

const AGENT_WORDS = 'Quarterdeck discount for the skipper.';
const REASON_WORDS = 'old shipmate of the owner';

let house: House;
const cast = new Map<string, Buyer>();
beforeAll(async () => {
  house = await openHouse();
  await house.followUpAfter(2);
  await playMorning();
});
afterAll(() => house.close());

function buyerOf(role: string): Buyer {
  const buyer = cast.get(role);
  if (buyer === undefined) throw new Error(`Nobody plays ${role}.`);
  return buyer;
}

/** Buyers with names and words that stand nowhere else, so that each trace of them can be found. */
async function playMorning(): Promise<void> {
  const names = {
    newcomer: 'Balthasar Nightjar',
    known: 'Cordelia Marrow',
    silent: 'Desdemona Pike',
    taken: 'Ezekiel Thrush',
    complaint: 'Falstaff Heron',
    shared: 'Guinevere Stoat',
    refused: 'Horatio Lapwing',
    returning: 'Isolde Curlew',
  };
  for (const [role, name] of Object.entries(names)) cast.set(role, house.buyer(name));
  const [known, shared, refused] = [buyerOf('known'), buyerOf('shared'), buyerOf('refused')];
  await addContactWithDeal(
    house.simulator,
    { firstname: 'Cordelia', phone: `+${known.waId}` },
    { name: 'Gangplank order', stage: 'qualifiedtobuy' },
  );
  for (const firstname of ['Guinevere', 'Gawain'])
    await addContact(house.simulator, { firstname, phone: `+${shared.waId}` });
  // Counterparts and Postgres quote in their errors what they were given.
  const details = `Recipient +${refused.waId} (Horatio Lapwing) cannot be messaged`;
  const body = { error: { message: details, code: 131026, error_data: { details } } };
  const match = { body: `"to":"+${refused.waId}"` };
  await house.simulator.fault({ service: 'whatsapp', match, kind: 'error', status: 400, body });
  await house.simulator.fault({
    service: 'hubspot',
    match: { body: buyerOf('newcomer').waId },
    kind: 'error',
    status: 500,
    body: { status: 'error', message: `Balthasar Nightjar +${buyerOf('newcomer').waId}` },
    times: 1,
  });
  await house.rows(`create sequence complaints`);
  await house.rows(
    `create function complain() returns trigger language plpgsql as $$ begin
       if new.body::text like '%Ezekiel%' and nextval('complaints') <= 2 then
         raise exception 'Key (body)=(%) already exists.', new.body using errcode = '23505';
       end if;
       return new; end $$`,
  );
  await house.rows(`create trigger complain before update on send for each row execute function complain()`);
  await Promise.all([
    buyerOf('newcomer').write('Ahoy, do you deliver to Gannet Rock?'),
    known.write('When will my gangplank be delivered?'),
    buyerOf('silent').write('How much is the capstan?'),
    takenOver(buyerOf('taken')),
    comesBack(buyerOf('returning')),
    buyerOf('complaint').write(
      'This is unacceptable, the mizzenmast arrived broken and I want my money back!',
    ),
    shared.write('Can you call us about the bilge pump?'),
    refused.write('Do you deliver hammocks?'),
  ]);
  await Promise.all(
    [...cast.entries()].map(([role, buyer]) => buyer.settles(['taken', 'returning'].includes(role) ? 2 : 1)),
  );
  await buyerOf('silent').receives(2);
  await caughtUp();
}

/** Waits until nothing is on its way to HubSpot; who is nobody's contact has nothing there. */
async function caughtUp(): Promise<void> {
  const pending = `crm_outbox join conversation on conversation.id = crm_outbox.conversation_id
    join identity_link using (buyer_id)
   where identity_link.ended_at is null and contact_id is not null and done_at is null and dead_at is null`;
  await waitFor(async () => (await house.count(pending)) === 0, {
    what: 'HubSpot to be caught up with',
  });
}

/** Writes again after more than the idle limit, by WhatsApp's clock: the first episode ends of idleness. */
async function comesBack(buyer: Buyer): Promise<void> {
  await buyer.write('Do you have a jib?');
  await buyer.receives(1);
  await buyer.settles(1);
  await buyer.write('And a genoa?', { timestamp_seconds: Math.floor(Date.now() / 1000) + 2 * 3_600 });
  await buyer.receives(2);
}

async function takenOver(buyer: Buyer): Promise<void> {
  await buyer.write('Do you have a spinnaker?');
  await buyer.receives(1);
  await buyer.command('take-over', { reason: REASON_WORDS });
  await buyer.write('In crimson, is that possible?');
  await buyer.settles(2);
  await buyer.command('messages', { text: { body: AGENT_WORDS } });
  await buyer.receives(2);
}

/** The buyer's contact and the texts of its logs, as HubSpot has them. */
async function inHubSpot(buyer: Buyer) {
  const { identity, buyer: known } = await buyer.conversation();
  const contact = await contactWhere(
    house.simulator,
    `of ${buyer.name}`,
    ({ id }) => id === identity?.contact_id,
  );
  const logs = await logsOf(house.simulator, contact.id);
  return {
    contact,
    logs,
    buyerId: known.id,
    bodies: logs.map((log) => log.properties['hs_communication_body'] ?? ''),
  };
}

describe('the mirror in HubSpot', () => {
  it('after a conversation the contact has true properties and one log with all that was said', async () => {
    const { contact, bodies, buyerId } = await inHubSpot(buyerOf('newcomer'));
    const { messages } = await buyerOf('newcomer').conversation();
    expect(contact.properties).toMatchObject({
      wa_identity_key: buyerId,
      wa_conversation_status: 'waiting',
      wa_handled_by: 'automation',
      wa_last_outcome: 'none',
    });
    const [asked = 0, answered = 0] = messages.map((message) => Date.parse(String(message['sent_at'])));
    expect(Date.parse(contact.properties['wa_last_inbound_at'] ?? '')).toBe(asked);
    expect(Date.parse(contact.properties['wa_last_outbound_at'] ?? '')).toBe(answered);
    const responseSeconds = Number(contact.properties['wa_first_response_seconds']);
    expect(Math.abs(responseSeconds - (answered - asked) / 1_000)).toBeLessThanOrEqual(1);
    expect(bodies).toHaveLength(1);
    for (const { text } of messages) expect(bodies[0]).toContain(text);
  });

  it('the log hangs on company and deal, and the work of a person is told as that', async () => {
    const { logs } = await inHubSpot(buyerOf('known'));
    const { identity } = await buyerOf('known').conversation();
    expect(logs).toHaveLength(1);
    expect(logs[0]?.associations).toMatchObject({
      companies: [{ id: identity?.company_id }],
      deals: [{ id: identity?.deal_id }],
    });
    const taken = await inHubSpot(buyerOf('taken'));
    expect(taken.contact.properties['wa_handled_by']).toBe('human');
    expect(taken.bodies[0]).toContain(AGENT_WORDS);
  });

  it('writes nothing for somebody whom several contacts could be', async () => {
    const contacts = (await house.simulator.objects('contacts')).filter(
      ({ properties }) => properties['phone'] === `+${buyerOf('shared').waId}`,
    );
    expect(contacts).toHaveLength(2);
    for (const { id } of contacts) expect(await logsOf(house.simulator, id)).toEqual([]);
  });
});

describe('every message and every row for HubSpot', () => {
  const GROUNDS = `left join decision on decision.id = %.decision_id
    left join identity_link on identity_link.id = decision.identity_link_id
    left join context_snapshot on context_snapshot.id = decision.context_snapshot_id
    left join policy_version on policy_version.id = decision.policy_version_id
   where decision.id is null or identity_link.id is null or context_snapshot.id is null or policy_version.id is null`;

  it.each(['send', 'crm_outbox'])(
    'of %s can be walked back to decision, link, snapshot and policy',
    async (table) => {
      const ungrounded = await house.rows(
        `select decision.kind, decision.verdict, decision.reason_code from ${table} ${GROUNDS.replaceAll('%', table)}`,
      );
      expect(ungrounded).toEqual([]);
      expect(await house.count(table)).toBeGreaterThan(5);
    },
  );

  it('rests on decisions that all name link, snapshot and policy, those on episodes and of people too', async () => {
    const without = await house.rows(
      `select kind, verdict, reason_code from decision
        where identity_link_id is null or context_snapshot_id is null or policy_version_id is null`,
    );
    expect(without).toEqual([]);
  });

  it('can be walked back at the API too', async () => {
    for (const buyer of cast.values()) {
      const { sends, decisions } = await buyer.conversation();
      const grounds = sends.map((send) => {
        const decision = decisions.find(({ id }) => id === send.decision_id);
        return [decision?.identity_link_id, decision?.context_snapshot_id, decision?.policy_version];
      });
      expect(grounds.flat().filter((id) => typeof id !== 'number')).toEqual([]);
    }
  });
});

describe('what people say and are called', () => {
  function needles(): string[] {
    const people = [...cast.values()].flatMap(({ name, waId }) => [...name.split(' '), waId, waId.slice(2)]);
    const words =
      'Gannet gangplank Gangplank capstan spinnaker crimson mizzenmast bilge hammocks genoa shipmate Gawain';
    return [...people, ...words.split(' '), AGENT_WORDS, REASON_WORDS, 'agent:anna', '490 USD'];
  }

  it('stands in no history, id, memo or search attribute of Temporal', async () => {
    const client = house.temporalClient();
    const runs = await listRuns(client);
    const texts = await Promise.all(
      runs.map(async (run) => [
        ...(await textsInHistory(client, run)),
        ...textsIn([run.workflowId, run.memo, run.typedSearchAttributes, run.raw]),
      ]),
    );
    const everything = texts.flat().join('\n');
    // What must be there is found, so what is not found is not there.
    const { id } = await buyerOf('silent').conversation();
    expect(everything).toContain(id);
    for (const found of ['hubspot-', '23505']) expect(everything).toContain(found);
    expect(runs.length).toBeGreaterThanOrEqual(cast.size);
    expect(needles().filter((needle) => everything.includes(needle))).toEqual([]);
  });

  it.each(['api', 'worker'] as const)('stands in no line that the %s logs', (part) => {
    const log = house.process(part).log();
    expect(log).toContain('"level":');
    expect(needles().filter((needle) => log.includes(needle))).toEqual([]);
  });
});

describe('while HubSpot is away', () => {
  it('conversations go on, and it is caught up with afterwards in the same one log', async () => {
    const buyer = buyerOf('known');
    await house.simulator.fault({ service: 'hubspot', kind: 'error', status: 503 });
    await buyer.write('Does the gangplank come with rails?');
    await buyer.receives(2);
    await house.simulator.clearFaults();
    await caughtUp();
    const { bodies } = await inHubSpot(buyer);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('Does the gangplank come with rails?');
  });

  it('a log whose creation was not confirmed is not created twice', async () => {
    const buyer = buyerOf('newcomer');
    await buyer.command('close');
    await caughtUp();
    const match = { method: 'POST', path: '/communications', body: 'second voyage' };
    await house.simulator.fault({ service: 'hubspot', match, kind: 'cut-after-commit', times: 1 });
    await buyer.write('Do you deliver for a second voyage?');
    await buyer.receives(2);
    await buyer.settles(2);
    await caughtUp();
    const { bodies, contact } = await inHubSpot(buyer);
    expect(bodies).toHaveLength(2);
    expect(bodies.filter((body) => body.includes('second voyage'))).toHaveLength(1);
    expect(contact.properties['wa_last_outcome']).toBe('closed_by_human');
  });
});
