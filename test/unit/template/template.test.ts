import fc from 'fast-check';
import type { GivenComponent, Template } from '../../../domain/template/template';
import { checkParameters, describeProblem } from '../../../domain/template/template.check';
import { judgeTemplate, languagesFor } from '../../../domain/template/template.judge';
import type { TemplateFacts } from '../../../domain/template/template.judge';
import { slotsOf } from '../../../domain/template/template.slots';

const ORDER: Template = {
  name: 'order_ready',
  language: 'en_US',
  status: 'APPROVED',
  category: 'UTILITY',
  parameterFormat: 'POSITIONAL',
  components: [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'Hello {{1}}, your order {{2}} is ready, {{1}}.' },
    { type: 'FOOTER', text: 'Example Shop' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Thanks' },
        { type: 'URL', text: 'Track', url: 'https://shop.example.com/{{1}}' },
        { type: 'URL', text: 'Shop', url: 'https://shop.example.com/' },
      ],
    },
  ],
};
const NAMED: Template = {
  ...ORDER,
  parameterFormat: 'NAMED',
  components: [{ type: 'BODY', text: 'Hello {{first_name}}, about {{topic}}.' }],
};

const text = (value: string, name?: string) => ({
  type: 'text',
  text: value,
  ...(name !== undefined && { parameter_name: name }),
});
const GIVEN: readonly GivenComponent[] = [
  { type: 'header', parameters: [{ type: 'image', image: { link: 'https://shop.example.com/a.jpg' } }] },
  { type: 'body', parameters: [text('Nora'), text('4711')] },
  { type: 'button', sub_type: 'url', index: '1', parameters: [text('4711')] },
];
const problems = (template: Template, given: readonly GivenComponent[]) =>
  checkParameters(template, given).map(describeProblem);

describe('the values of a template', () => {
  it('are taken when each placeholder has one', () => {
    expect(problems(ORDER, GIVEN)).toEqual([]);
    expect(
      problems(NAMED, [{ type: 'body', parameters: [text('x', 'topic'), text('y', 'first_name')] }]),
    ).toEqual([]);
  });

  it('are missed by component and placeholder, with what is expected', () => {
    expect(problems(ORDER, [])).toEqual([
      'header {{1}}: needs a parameter of type image',
      'body {{1}}: needs a parameter of type text or currency or date_time',
      'body {{2}}: needs a parameter of type text or currency or date_time',
      'button 1 {{1}}: needs a parameter of type text',
    ]);
  });

  it.each<[string, readonly GivenComponent[], string]>([
    [
      'too many',
      [{ type: 'body', parameters: [text('a'), text('b'), text('c')] }],
      'body: needs 2 parameters, not 3',
    ],
    [
      'a line break',
      [{ type: 'body', parameters: [text('a\nb'), text('c')] }],
      'body {{1}}: needs a text without line',
    ],
    [
      'an empty text',
      [{ type: 'body', parameters: [text('a'), text(' ')] }],
      'body {{2}}: needs a text that is not',
    ],
    [
      'words for a picture',
      [{ type: 'header', parameters: [text('a')] }],
      'header {{1}}: needs a parameter of type im',
    ],
    [
      'a picture from nowhere',
      [{ type: 'header', parameters: [{ type: 'image', image: {} }] }],
      'header {{1}}: needs either an id',
    ],
    ...[
      { link: 'nonsense' },
      { link: 'http://shop.example.com/a.jpg' },
      { id: '' },
      { id: '1', link: 'https://shop.example.com/a.jpg' },
    ].map((image): [string, readonly GivenComponent[], string] => [
      `a picture by ${JSON.stringify(image)}`,
      [{ type: 'header', parameters: [{ type: 'image', image }] }],
      'header {{1}}: needs either an id',
    ]),
    [
      'a button that is not there, without values',
      [...GIVEN, { type: 'button', sub_type: 'url', index: 3 }],
      'button 3: needs to be left out, as the template has 3 buttons',
    ],
    [
      'a button that is not there, with values',
      [...GIVEN, { type: 'button', sub_type: 'url', index: 3, parameters: [text('a')] }],
      'button 3: needs no parameters',
    ],
    [
      'a button of another kind',
      [{ type: 'button', sub_type: 'quick_reply', index: 1 }],
      'button 1: needs sub_type url',
    ],
    [
      'values for a fixed button',
      [{ type: 'button', sub_type: 'url', index: 2, parameters: [text('a')] }],
      'button 2: needs no',
    ],
    ['a component twice', [...GIVEN, { type: 'body' }], 'body: needs to be given once'],
    [
      'more than fits',
      [{ type: 'body', parameters: [text('a'.repeat(1_000)), text('b')] }],
      'body: needs at most 1024',
    ],
  ])('are refused: %s', (_name, given, expected) => {
    expect(problems(ORDER, given)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
  });

  it.each<[string, readonly ReturnType<typeof text>[], string]>([
    [
      'without its name',
      [text('a'), text('b', 'topic')],
      'body: needs parameter_name to be one of first_name, topic',
    ],
    [
      'under a wrong name',
      [text('a', 'first_name'), text('b', 'other')],
      'body {{topic}}: needs a parameter',
    ],
    ['under one name twice', [text('a', 'topic'), text('b', 'topic')], 'body {{first_name}}: needs'],
  ])('are refused where the template has names: %s', (_name, parameters, expected) => {
    expect(problems(NAMED, [{ type: 'body', parameters }])).toEqual(
      expect.arrayContaining([expect.stringContaining(expected)]),
    );
  });

  it('cannot be given for a part that nobody knows', () => {
    expect(problems({ ...ORDER, components: [{ type: 'CAROUSEL', cards: [] }] }, [])).toEqual([
      'carousel: needs another template, as this part cannot be filled here',
    ]);
  });

  it('fit exactly when there is one text for each placeholder, however many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }), (needed, count) => {
        const places = Array.from({ length: needed }, (_, place) => `{{${place + 1}}}`);
        const template = { ...ORDER, components: [{ type: 'BODY', text: `Hi ${places.join(' ')}` }] };
        const parameters = Array.from({ length: count }, () => text('x'));
        expect(problems(template, [{ type: 'body', parameters }]).length === 0).toBe(needed === count);
      }),
    );
  });

  it('are read from any list of Meta without an error', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.jsonValue(), (components, buttons) => {
        const odd = [...components, { type: 'BUTTONS', buttons }, { type: 'BODY', text: buttons }];
        expect(slotsOf({ ...ORDER, components: odd })).toBeInstanceOf(Array);
        expect(checkParameters({ ...ORDER, components: odd }, GIVEN)).toBeInstanceOf(Array);
      }),
    );
  });
});

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
