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
