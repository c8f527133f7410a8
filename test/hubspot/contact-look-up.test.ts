import { HubSpotWorld } from './hubspot-world';

let world: HubSpotWorld;
beforeAll(async () => {
  world = await HubSpotWorld.start();
});
afterAll(async () => {
  await world.stop();
});
beforeEach(async () => {
  await world.reset();
});

const lookUp = async (buyerId: string) => world.activities().lookUpContact({ buyerId });

describe('a contact known by phone', () => {
  test.each([
    ['E.164', { phone: '+12025550123' }],
    ['with brackets and dashes, without country code', { phone: '(202) 555-0123' }],
    ['with dots', { phone: '1.202.555.0123' }],
    ['with 00', { phone: '001 202 555 0123' }],
    ['digits only', { phone: '12025550123' }],
    ['in the mobile property', { mobilephone: '+1 202-555-0123' }],
    ['in the WhatsApp property', { hs_whatsapp_phone_number: '+1 202 555 0123' }],
  ])('is linked whatever the spelling: %s', async (_name, phones) => {
    const contact = await world.contact({ firstname: 'Wanda', ...phones });
    const buyer = await world.addBuyer({ waId: '12025550123', name: 'Wanda' });

    const result = await lookUp(buyer.buyerId);

    expect(result.status).toBe('linked');
    expect(typeof result.identityLinkId).toBe('number');
    expect(await world.link(buyer)).toMatchObject({
      contact_id: contact.id,
      confidence: 1,
      reason_code: 'identity.phone_exact',
    });
    const [known, ...others] = await world.objects('contacts');
    expect(others).toEqual([]);
    expect(known?.properties['wa_identity_key']).toBe(buyer.buyerId);
    expect(known?.properties['firstname']).toBe('Wanda');
  });

  test('without a country code is read in the country the policy names', async () => {
    await world.reset({ default_country: 'GB' });
    const contact = await world.contact({ firstname: 'Nia', phone: '07700 900123' });
    const buyer = await world.addBuyer({ waId: '447700900123' });

    await lookUp(buyer.buyerId);

    expect(await world.link(buyer)).toMatchObject({ status: 'linked', contact_id: contact.id });
  });

  test.each([
    ['of the own country with the same digits', '(770) 090-0123'],
    ['of another country, written with its code', '+44 7700 900123'],
  ])('is somebody else: a number %s', async (_name, phone) => {
    await world.contact({ firstname: 'Nia', phone });
    const waId = phone.startsWith('+') ? '17700900123' : '447700900123';
    const buyer = await world.addBuyer({ waId });

    await lookUp(buyer.buyerId);

    expect(await world.link(buyer)).toMatchObject({ status: 'created' });
  });

  test("that is no number of the own country is read in the buyer's", async () => {
    const contact = await world.contact({ firstname: 'Nia', mobilephone: '07700 900123' });
    const buyer = await world.addBuyer({ waId: '447700900123' });

    await lookUp(buyer.buyerId);

    expect(await world.link(buyer)).toMatchObject({ status: 'linked', contact_id: contact.id });
  });

  test('brings company and the open deal along', async () => {
    const company = await world.company('Acme');
    const contact = await world.contactOf(company, { firstname: 'Wanda', phone: '+12025550123' });
    await world.deal(contact.id, { dealname: 'Old', dealstage: 'closedlost' });
    const open = await world.deal(contact.id, { dealname: 'New' });
    const buyer = await world.addBuyer({ waId: '12025550123' });

    await lookUp(buyer.buyerId);

    expect(await world.link(buyer)).toMatchObject({
      contact_id: contact.id,
      company_id: company.id,
      deal_id: open.id,
    });
    const [cached] = await world.rows(
      `select contact_id, company ->> 'name' as company, jsonb_path_query_array(deals, '$[*] ? (@.isClosed == false).name') as open
       from hubspot_contact`,
    );
    expect(cached).toEqual({ contact_id: contact.id, company: 'Acme', open: ['New'] });
  });

  test('carries the key of another buyer: a human is asked and nothing is overwritten', async () => {
    const other = await world.addBuyer({ bsuid: 'US.111' });
    const contact = await world.contact({
      firstname: 'Wanda',
      phone: '+12025550123',
      wa_identity_key: other.buyerId,
    });
    const buyer = await world.addBuyer({ waId: '12025550123' });

    await lookUp(buyer.buyerId);

    expect(await world.link(buyer)).toMatchObject({
      status: 'ambiguous',
      contact_id: null,
      reason_code: 'identity.key_of_another_buyer',
      candidates: [expect.objectContaining({ contactId: contact.id })],
    });
    const [known] = await world.objects('contacts');
    expect(known?.properties['wa_identity_key']).toBe(other.buyerId);
  });
});

describe('number variants', () => {
  test.each([
    ['Brazil, CRM with the ninth digit', '551188880123', '+55 11 98888-0123'],
    ['Brazil, CRM without it', '5511988880123', '+55 11 8888-0123'],
    ['Mexico, CRM without the 1', '5215555501234', '+52 55 5550 1234'],
    ['Mexico, CRM with the 1', '525555501234', '+52 1 55 5550 1234'],
    ['Argentina, CRM without the 9', '5491155501234', '+54 11 5550-1234'],
    ['Argentina, CRM with the 9', '541155501234', '+54 9 11 5550-1234'],
  ])('find the contact: %s', async (_name, waId, phone) => {
    const contact = await world.contact({ firstname: 'Vera', phone });
    const buyer = await world.addBuyer({ waId });

    const { status } = await lookUp(buyer.buyerId);

    expect(status).toBe('linked');
    expect(await world.link(buyer)).toMatchObject({
      contact_id: contact.id,
      confidence: 0.9,
      reason_code: 'identity.phone_variant',
    });
  });

  test('the exact number beats a variant', async () => {
    await world.contact({ firstname: 'Vera', phone: '+55 11 8888-0123' });
    const exact = await world.contact({ firstname: 'Vito', phone: '+55 11 98888-0123' });
    const buyer = await world.addBuyer({ waId: '5511988880123' });

    await lookUp(buyer.buyerId);

    expect(await world.link(buyer)).toMatchObject({ contact_id: exact.id, confidence: 1 });
  });
});

describe('several contacts with one number', () => {
  test('become a question to a human, with ids and facts but no names', async () => {
    const one = await world.contact({ firstname: 'Xavier', phone: '+1 202 555 0124' });
    const two = await world.contact({ firstname: 'Yolanda', mobilephone: '(202) 555-0124' });
    await world.deal(two.id, { dealname: 'Big' });
    const buyer = await world.addBuyer({ waId: '12025550124' });

    const { status } = await lookUp(buyer.buyerId);

    expect(status).toBe('ambiguous');
    const link = await world.link(buyer);
    expect(link).toMatchObject({ contact_id: null, reason_code: 'identity.several_candidates' });
    expect(link['candidates']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ contactId: one.id, hasOpenDeal: false }),
        expect.objectContaining({ contactId: two.id, hasOpenDeal: true }),
      ]),
    );
    expect(JSON.stringify(link)).not.toMatch(/Xavier|Yolanda|555/);
    expect(await world.objects('contacts')).toHaveLength(2);
  });
});
