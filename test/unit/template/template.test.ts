import fc from 'fast-check';
import type { Template } from '../../../domain/template/template';
import { judgeTemplate, languagesFor } from '../../../domain/template/template.judge';
import type { TemplateFacts } from '../../../domain/template/template.judge';
import { GIVEN, ORDER, text } from './order';

const BUYER = {
  hasPhone: true,
  isOptedOut: false,
  hasOptIn: true,
  hasWrittenLately: true,
  isMarketingBlocked: false,
};
const CONTENT = { name: 'order_ready', language: { code: 'en_US' }, components: GIVEN };
const judge = (change: Partial<TemplateFacts> = {}) =>
  judgeTemplate({
    templates: [ORDER],
    content: CONTENT,
    fallbackLanguage: null,
    buyer: BUYER,
    isWindowOpen: false,
    ...change,
  });
const code = (change: Partial<TemplateFacts>) => {
  const judged = judge(change);
  return judged.kind === 'ok' ? `${judged.step} ${judged.language}` : judged.reasonCode;
};

describe('a template for a buyer', () => {
  it('goes when it is approved and filled', () => {
    expect(judge()).toEqual({ kind: 'ok', language: 'en_US', step: 'exact', category: 'UTILITY' });
  });

  it.each([
    ['PENDING', 'template.not_approved'],
    ['IN_APPEAL', 'template.not_approved'],
    ['PAUSED', 'template.paused'],
    ['DISABLED', 'template.disabled'],
    ['DELETED', 'template.not_found'],
  ])('does not go while Meta says %s', (status, expected) => {
    expect(code({ templates: [{ ...ORDER, status }] })).toBe(expected);
  });

  it('goes in the language asked for, else the same without its country, else the policy’s', () => {
    const wanted = { ...CONTENT, language: { code: 'es_MX' } };
    const all = ['es_MX', 'es', 'en_US'].map((language) => ({ ...ORDER, language }));
    const at = (templates: Template[], fallbackLanguage: string | null) =>
      code({ content: wanted, templates, fallbackLanguage });
    expect(at(all, 'en_US')).toBe('exact es_MX');
    expect(at(all.slice(1), 'en_US')).toBe('base es');
    expect(at(all.slice(2), 'en_US')).toBe('fallback en_US');
    expect(at(all.slice(2), null)).toBe('template.not_found');
    const paused = all.map((one) => (one.language === 'es_MX' ? { ...one, status: 'PAUSED' } : one));
    expect(at(paused, null)).toBe('base es');
  });

  it('is never tried in one language twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('en', 'en_US', 'es_MX'),
        fc.constantFrom('en', 'en_US', null),
        (wanted, fallback) => {
          const tried = languagesFor(wanted, fallback).map(({ language }) => language);
          expect(new Set(tried).size).toBe(tried.length);
          expect(tried[0]).toBe(wanted);
        },
      ),
    );
  });

  const marketing = [{ ...ORDER, category: 'MARKETING' }];
  it.each<[string, Partial<TemplateFacts>, string]>([
    [
      'advertising without an opt-in',
      { templates: marketing, buyer: { ...BUYER, hasOptIn: false } },
      'template.no_marketing_consent',
    ],
    [
      'advertising in an open window too',
      { templates: marketing, isWindowOpen: true, buyer: { ...BUYER, hasOptIn: false } },
      'template.no_marketing_consent',
    ],
    [
      'advertising after an opt-out',
      { templates: marketing, buyer: { ...BUYER, isOptedOut: true } },
      'template.no_marketing_consent',
    ],
    [
      'advertising where WhatsApp delivers none',
      { templates: marketing, isWindowOpen: true, buyer: { ...BUYER, isMarketingBlocked: true } },
      'template.marketing_blocked',
    ],
    ['anything else there', { buyer: { ...BUYER, isMarketingBlocked: true } }, 'exact en_US'],
    ['advertising with an opt-in', { templates: marketing }, 'exact en_US'],
    [
      'whoever has not written lately and never agreed',
      { buyer: { ...BUYER, hasOptIn: false, hasWrittenLately: false } },
      'template.no_opt_in',
    ],
    ['whoever wrote lately', { buyer: { ...BUYER, hasOptIn: false } }, 'exact en_US'],
    ['whoever agreed and never wrote', { buyer: { ...BUYER, hasWrittenLately: false } }, 'exact en_US'],
  ])('depends on what the buyer wants: %s', (_name, change, expected) => {
    expect(code(change)).toBe(expected);
  });

  it('with a code to copy goes to phone numbers only', () => {
    const login = {
      ...ORDER,
      category: 'AUTHENTICATION',
      components: [
        { type: 'BODY', text: '{{1}} is your code.' },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy' }] },
      ],
    };
    const components = [
      { type: 'body', parameters: [text('123456')] },
      { type: 'button', sub_type: 'url', index: 0, parameters: [text('123456')] },
    ];
    const given = { templates: [login], content: { ...CONTENT, components } };
    expect(code(given)).toBe('exact en_US');
    expect(code({ ...given, buyer: { ...BUYER, hasPhone: false } })).toBe('template.needs_phone');
  });

  it('with the code of a coupon goes to user ids as well', () => {
    const coupon = {
      ...ORDER,
      category: 'MARKETING',
      components: [
        { type: 'BODY', text: 'For you.' },
        { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', text: 'Copy' }] },
      ],
    };
    const parameters = [{ type: 'coupon_code', coupon_code: 'SAVE' }];
    const components = [{ type: 'button', sub_type: 'copy_code', index: 0, parameters }];
    const given = { templates: [coupon], content: { ...CONTENT, components } };
    expect(code({ ...given, buyer: { ...BUYER, hasPhone: false } })).toBe('exact en_US');
  });

  it('tells what is wrong with its values only when nothing else is', () => {
    const judged = judge({ content: { ...CONTENT, components: [] } });
    expect(judged).toMatchObject({ kind: 'refuse', reasonCode: 'template.parameters' });
    expect(judged.kind === 'refuse' && judged.problems).toHaveLength(4);
  });
});
