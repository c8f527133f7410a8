import { z } from 'zod';
import { MESSAGE_LIMITS } from '../../domain/send/outgoing-message';
import { ONE_SOURCE, hasOneSource, mediaContent, storableText, words } from './message-values.contract';

const headerText = z.strictObject({ type: z.literal('text'), text: words(MESSAGE_LIMITS.header) });
const headerMedia = mediaContent({}).refine(hasOneSource, ONE_SOURCE);
const header = z
  .discriminatedUnion('type', [
    headerText,
    z.strictObject({ type: z.literal('image'), image: headerMedia }),
    z.strictObject({ type: z.literal('video'), video: headerMedia }),
    z.strictObject({ type: z.literal('document'), document: headerMedia }),
  ])
  .optional();

const partsWith = (bodyLengthMax: number) => ({
  body: z.strictObject({ text: words(bodyLengthMax) }),
  footer: z.strictObject({ text: words(MESSAGE_LIMITS.footer) }).optional(),
});
const parts = partsWith(MESSAGE_LIMITS.interactiveBody);

const replyButton = z.strictObject({
  type: z.literal('reply'),
  reply: z.strictObject({
    id: words(MESSAGE_LIMITS.buttonId),
    title: words(MESSAGE_LIMITS.buttonTitle),
  }),
});

const buttons = z.strictObject({
  type: z.literal('button'),
  header,
  ...parts,
  action: z.strictObject({
    buttons: z
      .array(replyButton)
      .min(1, 'needs at least one button')
      .max(
        MESSAGE_LIMITS.buttons,
        `has more than the ${MESSAGE_LIMITS.buttons} buttons that WhatsApp allows; use a list`,
      )
      .refine((all) => isEachOnce(all.map(({ reply }) => reply.id)), 'has two buttons with the same id')
      .refine(
        (all) => isEachOnce(all.map(({ reply }) => reply.title)),
        'has two buttons with the same title',
      ),
  }),
});

const row = z.strictObject({
  id: words(MESSAGE_LIMITS.rowId),
  title: words(MESSAGE_LIMITS.rowTitle),
  description: words(MESSAGE_LIMITS.rowDescription).optional(),
});

const section = z.strictObject({
  title: words(MESSAGE_LIMITS.sectionTitle).optional(),
  rows: z.array(row).min(1, 'needs at least one row'),
});

const sections = z
  .array(section)
  .min(1, 'needs at least one section')
  .refine(
    (all) => all.flatMap(({ rows }) => rows).length <= MESSAGE_LIMITS.listRows,
    `has more than the ${MESSAGE_LIMITS.listRows} rows in all that WhatsApp allows; leave some out`,
  )
  .refine(
    (all) => isEachOnce(all.flatMap(({ rows }) => rows).map((one) => one.id)),
    'has two rows with the same id',
  )
  .refine(
    (all) => all.length === 1 || all.every(({ title }) => title !== undefined),
    'needs a title for each section, as there are several',
  );

const list = z.strictObject({
  type: z.literal('list'),
  header: headerText.optional(),
  ...partsWith(MESSAGE_LIMITS.listBody),
  action: z.strictObject({ button: words(MESSAGE_LIMITS.listButton), sections }),
});

const callToAction = z.strictObject({
  type: z.literal('cta_url'),
  header,
  ...parts,
  action: z.strictObject({
    name: z.literal('cta_url'),
    parameters: z.strictObject({
      display_text: words(MESSAGE_LIMITS.linkText),
      url: storableText.pipe(z.url({ protocol: /^https?$/, error: 'must be a link to a web page' })),
    }),
  }),
});

/** What the buyer can tap on: buttons, a list, or a link. */
export const interactiveContent = z
  .discriminatedUnion('type', [buttons, list, callToAction], {
    error:
      'must be button, list or cta_url; what else WhatsApp has, such as carousels, products and flows, cannot be sent here',
  })
  .meta({ id: 'InteractiveContent' });

function isEachOnce(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
