import { takeOver } from '../../workflows/contract';
import { openHouse } from './house';
import type { House } from './house';
import type { Buyer } from './buyer';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Every verdict on one buyer's turns is refused by the database, for good: a defect that no repetition mends. */
async function breakDecisionsOf(buyer: Buyer): Promise<void> {
  await house.rows(
    `create function refuse() returns trigger language plpgsql as $$ begin
       if new.kind = 'route' and exists (
         select 1 from conversation join buyer_identity using (buyer_id)
          where conversation.id = new.conversation_id and value = '${buyer.waId}') then
         raise exception 'refused' using errcode = '22009';
       end if;
       return new; end $$`,
  );
  await house.rows('create trigger refuse before insert on decision for each row execute function refuse()');
}

describe('a defect that no repetition mends', () => {
  it('becomes a question to a human, and the conversation goes on', async () => {
    const buyer = house.buyer();
    await breakDecisionsOf(buyer);
    await buyer.write('Do you deliver?');
    const parked = await buyer.conversationWhere(
      'a human is asked',
      ({ needs_human: needsHuman }) => needsHuman,
    );
    expect(parked).toMatchObject({ owner: 'unassigned', reason_code: 'turn.unexpected' });
    await house.rows('drop trigger refuse on decision');
    await buyer.command('hand-back', {});
    await buyer.write('Hello again, how much is the set?');
    expect(await buyer.receives(1)).toHaveLength(1);
  });
});

describe('a pause by signal whose time nobody can mean', () => {
  it.each([
    ['microseconds', 1_795_000_000_000_000],
    ['the last moment of a date', 8.64e15],
  ])('pauses for good and holds nothing up: %s', async (_what, untilMs) => {
    const buyer = house.buyer();
    await buyer.write('How much is the set?');
    await buyer.receives(1);
    const { id } = await buyer.conversation();
    const handle = house.temporalClient().workflow.getHandle(`conversation-${id}`);
    await handle.signal('pause', { untilMs });
    await buyer.conversationWhere('it is paused', ({ paused_until: until }) => until === 'infinity');
    await handle.signal(takeOver);
    const taken = await buyer.conversationWhere(
      'the command behind it was carried out',
      ({ owner }) => owner !== 'automation',
    );
    expect(taken.owner).toBe('agent:temporal-operator');
  });
});
