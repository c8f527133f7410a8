import { addContact, addContactWithDeal, contactWhere, logsOf } from './crm-records';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';
import { listRuns, textsIn, textsInHistory } from './workflow-runs';
import { waitFor } from '../support/wait-for';

const CAUGHT_UP_MS = 60_000;
const AGENT_WORDS = 'Quarterdeck discount for the skipper.';
const REASON_WORDS = 'old shipmate of the owner';

let house: House;
const cast = new Map<string, Buyer>();
beforeAll(async () => {
  house = await openHouse();
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
  await house.rows(
    `create function complain() returns trigger language plpgsql as $$ begin
       if not exists (select 1 from complained) then
         insert into complained values (1);
         raise warning 'noted';
       end if;
       return new; end $$`,
  );
  await Promise.all([
    buyerOf('newcomer').write('Ahoy, do you deliver to Gannet Rock?'),
    known.write('When will my gangplank be delivered?'),
    buyerOf('silent').write('How much is the capstan?'),
    takenOver(buyerOf('taken')),
    buyerOf('complaint').write('This is unacceptable, the mizzenmast arrived broken and I want my money back!'),
    shared.write('Can you call us about the bilge pump?'),
    refused.write('Do you deliver hammocks?'),
  ]);
  await Promise.all([...cast.values()].map((buyer) => buyer.settles(buyer === buyerOf('taken') ? 2 : 1)));
  await buyerOf('silent').receives(2);
  await waitFor(async () => (await house.count('crm_outbox where done_at is null and dead_at is null')) <= 3, {
    what: 'HubSpot to be caught up with',
    timeoutMs: CAUGHT_UP_MS,
  });
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
