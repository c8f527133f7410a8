import type { GivenComponent, Template } from '../../../domain/template/template';

/** A template with a picture, two texts and three buttons. */
export const ORDER: Template = {
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

/** A value of words. */
export const text = (value: string, name?: string) => ({
  type: 'text',
  text: value,
  ...(name !== undefined && { parameter_name: name }),
});
/** All that the template needs. */
export const GIVEN: readonly GivenComponent[] = [
  { type: 'header', parameters: [{ type: 'image', image: { link: 'https://shop.example.com/a.jpg' } }] },
  { type: 'body', parameters: [text('Nora'), text('4711')] },
  { type: 'button', sub_type: 'url', index: '1', parameters: [text('4711')] },
];
