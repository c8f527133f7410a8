import fc from 'fast-check';
import {
  chooseContact,
  chooseDeal,
  classifyIdentifier,
  searchVariants,
} from '../../../domain/identity/identity.decide';
import type { IdentityInput } from '../../../domain/identity/identity.decide';

describe('an identifier', () => {
  it.each([
    ['US.13491208655302741918', 'bsuid'],
    ['US.ENT.11815799212886844830', 'parent_bsuid'],
    ['12025550123', 'wa_id'],
    ['foo_bar', 'unknown'],
    ['', 'unknown'],
    ['us.123', 'unknown'],
    ['+12025550123', 'unknown'],
  ])('%s is told by its shape: %s', (value, kind) => {
    expect(classifyIdentifier(value)).toBe(kind);
  });
});

describe('the forms to look up', () => {
  it.each([
    ['5511987654321', ['5511987654321', '551187654321']],
    ['551187654321', ['551187654321', '5511987654321']],
    ['551132654321', ['551132654321']],
    ['5511932654321', ['5511932654321']],
    ['5215512345678', ['5215512345678', '525512345678']],
    ['525512345678', ['525512345678', '5215512345678']],
    ['5491123456789', ['5491123456789', '541123456789']],
    ['541123456789', ['541123456789', '5491123456789']],
    ['12025550123', ['12025550123']],
    ['447700900123', ['447700900123']],
    ['BR.5511987654321', []],
  ])('of %s are %j', (waId, forms) => {
    expect(searchVariants(waId)).toEqual(forms);
  });

  it('start with the exact one and lead back to it', () => {
    const digits = fc.tuple(
      fc.constantFrom('55', '52', '521', '54', '549', '1', '44'),
      fc.string({
        unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
        minLength: 8,
        maxLength: 11,
      }),
    );
    fc.assert(
      fc.property(digits, ([country, rest]) => {
        const waId = `${country}${rest}`;
        const forms = searchVariants(waId);
        expect(forms[0]).toBe(waId);
        for (const form of forms.slice(1)) expect(searchVariants(form)).toContain(waId);
      }),
    );
  });
});

describe('the contact of a buyer', () => {
  const one = { contactId: '1' };
  const two = { contactId: '2' };
  const base: IdentityInput = {
    waId: '12025550123',
    exactMatches: [],
    variantMatches: [],
    isSharedNumber: false,
    createContact: 'always',
  };

  it.each<[string, Partial<IdentityInput>, string, string, string | null, number]>([
    ['one exact match', { exactMatches: [one] }, 'link', 'identity.phone_exact', '1', 1],
    [
      'an exact match beside variants',
      { exactMatches: [one], variantMatches: [two] },
      'link',
      'identity.phone_exact',
      '1',
      1,
    ],
    [
      'the same contact found twice',
      { exactMatches: [one, one], variantMatches: [one] },
      'link',
      'identity.phone_exact',
      '1',
      1,
    ],
    ['one variant', { variantMatches: [two] }, 'link', 'identity.phone_variant', '2', 0.9],
    ['two exact matches', { exactMatches: [one, two] }, 'ask_human', 'identity.several_candidates', null, 0],
    ['two variants', { variantMatches: [one, two] }, 'ask_human', 'identity.several_candidates', null, 0],
    [
      'a shared number',
      { exactMatches: [one], isSharedNumber: true },
      'ask_human',
      'identity.shared_number',
      null,
      0,
    ],
    ['nobody', {}, 'create', 'identity.created', null, 1],
    [
      'nobody, and contacts are not created',
      { createContact: 'never' },
      'unknown',
      'identity.no_match',
      null,
      0,
    ],
    ['a buyer without a phone', { waId: null }, 'create', 'identity.created', null, 1],
  ])('%s', (...[, change, verdict, reasonCode, contactId, confidence]) => {
    expect(chooseContact({ ...base, ...change })).toMatchObject({
      kind: 'identity',
      verdict,
      reasonCode,
      contactId,
      confidence,
    });
  });

  it('never is a guess: among several nobody is linked, whatever is known of them', () => {
    const candidate = fc.record({
      contactId: fc.constantFrom('1', '2', '3', '4'),
      hasOpenDeal: fc.boolean(),
      lastActivityAtMs: fc.option(fc.nat()),
    });
    fc.assert(
      fc.property(
        fc.array(candidate, { maxLength: 5 }),
        fc.array(candidate, { maxLength: 5 }),
        (exactMatches, variantMatches) => {
          const verdict = chooseContact({ ...base, exactMatches, variantMatches });
          const found = new Set(
            (exactMatches.length > 0 ? exactMatches : variantMatches).map((each) => each.contactId),
          );
          expect(verdict.verdict).toBe(found.size === 0 ? 'create' : found.size === 1 ? 'link' : 'ask_human');
          expect(verdict.candidates).toHaveLength(found.size);
        },
      ),
    );
  });
});

describe('the deal of a conversation', () => {
  const deal = (id: string, modifiedAtMs: number, isClosed = false) => ({
    id,
    modifiedAtMs,
    isClosed,
    stage: `stage-${id}`,
  });

  it('is the only open one, or the newest of several, flagged', () => {
    expect(chooseDeal([])).toEqual({
      dealId: null,
      stage: null,
      reasonCode: 'deal.none_open',
      confidence: 1,
    });
    expect(chooseDeal([deal('1', 9, true), deal('2', 1)])).toMatchObject({
      dealId: '2',
      reasonCode: 'deal.only_open',
      confidence: 1,
    });
    expect(chooseDeal([deal('1', 5), deal('2', 7), deal('3', 9, true)])).toMatchObject({
      dealId: '2',
      reasonCode: 'deal.several_open',
      confidence: 0.5,
    });
  });

  it('does not depend on the order in which HubSpot lists them', () => {
    const deals = [deal('1', 5), deal('2', 5), deal('3', 5)];
    expect(chooseDeal(deals)).toEqual(chooseDeal([...deals].reverse()));
  });
});
