import type { GivenComponent, Template } from '../../../domain/template/template';
import { checkParameters, describeProblem } from '../../../domain/template/template.check';
import { ORDER, text } from './order';

const NAMED: Template = { ...ORDER, parameterFormat: 'NAMED', components: [] };
const VALUES: Template = { ...ORDER, components: [{ type: 'BODY', text: 'You owe {{1}}.' }] };
const PLACE: Template = { ...ORDER, components: [{ type: 'HEADER', format: 'LOCATION' }] };
const EUR = { fallback_value: '12 EUR', code: 'EUR', amount_1000: 12_000 };
const HERE = { latitude: 52.5, longitude: '13.4' };
const NO_WORDS = 'to be a text that is not empty';

const problems = (template: Template, given: readonly GivenComponent[]) =>
  checkParameters(template, given).map(describeProblem);

describe('the values of a template', () => {
  it.each<{ what: string; type: string; value: unknown; lacks: readonly string[] }>([
    { what: 'an amount', type: 'currency', value: EUR, lacks: [] },
    {
      what: 'an empty amount',
      type: 'currency',
      value: {},
      lacks: [
        `currency.fallback_value ${NO_WORDS}`,
        'currency.code to be three capital letters, such as EUR',
        'currency.amount_1000 to be a whole number, the amount times 1000',
      ],
    },
    {
      what: 'words',
      type: 'currency',
      value: 'EUR 12',
      lacks: ['currency.fallback_value', 'currency.code', 'currency.amount_1000'],
    },
    {
      what: 'a broken part',
      type: 'currency',
      value: { ...EUR, amount_1000: 1.5 },
      lacks: ['currency.amount_1000'],
    },
    { what: 'an unknown code', type: 'currency', value: { ...EUR, code: 'euro' }, lacks: ['currency.code'] },
    {
      what: 'two lines',
      type: 'currency',
      value: { ...EUR, fallback_value: '12\nEUR' },
      lacks: ['currency.fallback_value to be a text without line breaks'],
    },
    { what: 'a date', type: 'date_time', value: { fallback_value: '1 May 2026' }, lacks: [] },
    { what: 'an empty date', type: 'date_time', value: {}, lacks: [`date_time.fallback_value ${NO_WORDS}`] },
    { what: 'a place', type: 'location', value: HERE, lacks: [] },
    {
      what: 'a place with its name',
      type: 'location',
      value: { ...HERE, name: 'Shop', address: 'Example Street 1' },
      lacks: [],
    },
    {
      what: 'an empty place',
      type: 'location',
      value: {},
      lacks: [
        'location.latitude to be a number from -90 to 90',
        'location.longitude to be a number from -180 to 180',
      ],
    },
    {
      what: 'a place outside the world',
      type: 'location',
      value: { ...HERE, latitude: 91 },
      lacks: ['location.latitude'],
    },
    {
      what: 'a name without words',
      type: 'location',
      value: { ...HERE, name: ' ' },
      lacks: ['location.name'],
    },
  ])('have every field that their type needs: $type, $what', ({ type, value, lacks }) => {
    const isPlace = type === 'location';
    const component = isPlace ? 'header' : 'body';
    const given = [{ type: component, parameters: [{ type, [type]: value }] }];
    expect(problems(isPlace ? PLACE : VALUES, given)).toEqual(
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
});
