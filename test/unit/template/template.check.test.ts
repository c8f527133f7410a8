import fc from 'fast-check';
import type { GivenComponent, Template } from '../../../domain/template/template';
import { checkParameters, describeProblem } from '../../../domain/template/template.check';
import { slotsOf } from '../../../domain/template/template.slots';
import { GIVEN, ORDER, text } from './order';

const NAMED: Template = {
  ...ORDER,
  parameterFormat: 'NAMED',
  components: [{ type: 'BODY', text: 'Hello {{first_name}}, about {{topic}}.' }],
};

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

  const VALUES: Template = { ...ORDER, components: [{ type: 'BODY', text: 'You owe {{1}}.' }] };
  const PLACE: Template = { ...ORDER, components: [{ type: 'HEADER', format: 'LOCATION' }] };
  const EUR = { fallback_value: '12 EUR', code: 'EUR', amount_1000: 12_000 };
  const HERE = { latitude: 52.5, longitude: '13.4' };

  const EACH_TYPE: readonly (readonly [string, Template, string, unknown, readonly string[]])[] = [
    ['an amount', VALUES, 'currency', EUR, []],
    [
      'an empty amount',
      VALUES,
      'currency',
      {},
      [
        'currency.fallback_value to be a text that is not empty',
        'currency.code to be three capital letters, such as EUR',
        'currency.amount_1000 to be a whole number, the amount times 1000',
      ],
    ],
    [
      'an amount of words',
      VALUES,
      'currency',
      'EUR 12',
      ['currency.fallback_value', 'currency.code', 'currency.amount_1000'],
    ],
    [
      'an amount with a broken part',
      VALUES,
      'currency',
      { ...EUR, amount_1000: 1.5 },
      ['currency.amount_1000'],
    ],
    ['an amount with an unknown code', VALUES, 'currency', { ...EUR, code: 'euro' }, ['currency.code']],
    [
      'an amount on two lines',
      VALUES,
      'currency',
      { ...EUR, fallback_value: '12\nEUR' },
      ['currency.fallback_value to be a text without line breaks'],
    ],
    ['a date', VALUES, 'date_time', { fallback_value: '1 May 2026' }, []],
    ['an empty date', VALUES, 'date_time', {}, ['date_time.fallback_value to be a text that is not empty']],
    ['a place', PLACE, 'location', HERE, []],
    ['a place with its name', PLACE, 'location', { ...HERE, name: 'Shop', address: 'Example Street 1' }, []],
    [
      'an empty place',
      PLACE,
      'location',
      {},
      [
        'location.latitude to be a number from -90 to 90',
        'location.longitude to be a number from -180 to 180',
      ],
    ],
    ['a place outside the world', PLACE, 'location', { ...HERE, latitude: 91 }, ['location.latitude']],
    ['a place without words in its name', PLACE, 'location', { ...HERE, name: ' ' }, ['location.name']],
  ];
  const rows = EACH_TYPE.map(([what, template, type, value, lacks]) => ({
    what,
    template,
    type,
    value,
    lacks,
  }));

  it.each(rows)('have every field that their type needs: $what', ({ template, type, value, lacks }) => {
    const component = template === PLACE ? 'header' : 'body';
    const found = problems(template, [{ type: component, parameters: [{ type, [type]: value }] }]);
    expect(found).toEqual(
      lacks.map((lack) => expect.stringContaining(`${component} {{1}}: needs ${lack}`) as string),
    );
  });

  it('fit once they are filled in, a placeholder as often as it stands, and a header into its own limit', () => {
    const twice: Template = { ...ORDER, components: [{ type: 'BODY', text: '{{1}} and {{1}}' }] };
    const body = (value: string) => [{ type: 'body', parameters: [text(value)] }];
    expect(problems(twice, body('a'.repeat(509)))).toEqual([]);
    expect(problems(twice, body('a'.repeat(510)))).toEqual([
      'body: needs at most 1024 characters with its values, not 1025',
    ]);
    const header: Template = {
      ...ORDER,
      components: [{ type: 'HEADER', format: 'TEXT', text: 'For {{1}}' }],
    };
    const words = (value: string) => [{ type: 'header', parameters: [text(value)] }];
    expect(problems(header, words('a'.repeat(56)))).toEqual([]);
    expect(problems(header, words('a'.repeat(57)))).toEqual([
      'header: needs at most 60 characters with its values, not 61',
    ]);
    const named: Template = {
      ...NAMED,
      components: [{ type: 'BODY', text: '{{first_name}} {{topic}} {{topic}}' }],
    };
    const values = [text('a'.repeat(500), 'topic'), text('b'.repeat(30), 'first_name')];
    expect(problems(named, [{ type: 'body', parameters: values }])).toEqual([
      'body: needs at most 1024 characters with its values, not 1032',
    ]);
    const amount = { type: 'currency', currency: { ...EUR, fallback_value: '1'.repeat(1_020) } };
    expect(problems(VALUES, [{ type: 'body', parameters: [amount] }])).toEqual([
      'body: needs at most 1024 characters with its values, not 1029',
    ]);
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
