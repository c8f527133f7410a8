import { z } from 'zod';

const BODY_LENGTH_MAX = 1024;
const LIST_BODY_LENGTH_MAX = 4096;
const SHORT_TEXT_LENGTH_MAX = 60;
const BUTTON_TITLE_LENGTH_MAX = 20;
const BUTTON_ID_LENGTH_MAX = 256;
const REPLY_BUTTONS_MAX = 3;
const LIST_ROWS_MAX = 10;

const short = (max: number) => z.string().min(1).max(max);
const media = z.looseObject({ id: z.string().optional(), link: z.url().optional() });
const header = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: short(SHORT_TEXT_LENGTH_MAX) }),
  z.looseObject({ type: z.literal('image'), image: media }),
  z.looseObject({ type: z.literal('video'), video: media }),
  z.looseObject({ type: z.literal('document'), document: media }),
]);
const footer = z.looseObject({ text: short(SHORT_TEXT_LENGTH_MAX) });
const body = z.looseObject({ text: short(BODY_LENGTH_MAX) });

/** An interactive message of one type: what its action must hold. */
function message<Type extends string>(type: Type, action: z.ZodType) {
  return z.looseObject({
    type: z.literal(type),
    body: body.optional(),
    header: header.optional(),
    footer: footer.optional(),
    action,
  });
}

const named = (name: string, parameters: z.ZodType = z.looseObject({}).optional()) =>
  z.looseObject({ name: z.literal(name), parameters });

const replyButtons = z
  .array(
    z.looseObject({
      type: z.literal('reply'),
      reply: z.looseObject({ id: short(BUTTON_ID_LENGTH_MAX), title: short(BUTTON_TITLE_LENGTH_MAX) }),
    }),
  )
  .min(1)
  .max(REPLY_BUTTONS_MAX)
  .refine((buttons) => isUnique(buttons.map(({ reply }) => reply.id)), 'button ids must be unique')
  .refine((buttons) => isUnique(buttons.map(({ reply }) => reply.title)), 'button titles must be unique');

const listSections = z
  .array(
    z.looseObject({
      title: z.string().max(24).optional(),
      rows: z
        .array(
          z.looseObject({ id: short(200), title: short(24), description: z.string().max(72).optional() }),
        )
        .min(1),
    }),
  )
  .min(1)
  .max(LIST_ROWS_MAX)
  .refine(
    (sections) => sections.reduce((count, { rows }) => count + rows.length, 0) <= LIST_ROWS_MAX,
    `at most ${LIST_ROWS_MAX} rows in all`,
  )
  .refine(
    (sections) => sections.length === 1 || sections.every(({ title }) => (title ?? '') !== ''),
    'titles are required when there is more than one section',
  )
  .refine(
    (sections) => isUnique(sections.flatMap(({ rows }) => rows.map(({ id }) => id))),
    'row ids must be unique',
  );

const flowParameters = z
  .looseObject({
    flow_message_version: z.union([z.string(), z.number()]),
    flow_cta: short(30),
    flow_id: z.string().optional(),
    flow_name: z.string().optional(),
  })
  .refine(({ flow_id, flow_name }) => (flow_id === undefined) !== (flow_name === undefined), {
    message: 'either flow_id or flow_name is required',
  });

/** A message whose words are its point: they are required. */
function spoken<Type extends string>(type: Type, action: z.ZodType) {
  return message(type, action).extend({ body });
}

/** `interactive` of a send, one schema for each type of reference section 7. */
export const interactive = z.discriminatedUnion('type', [
  spoken('button', z.looseObject({ buttons: replyButtons })),
  message('list', z.looseObject({ button: short(BUTTON_TITLE_LENGTH_MAX), sections: listSections })).extend({
    body: z.looseObject({ text: short(LIST_BODY_LENGTH_MAX) }),
    header: z.looseObject({ type: z.literal('text'), text: short(SHORT_TEXT_LENGTH_MAX) }).optional(),
  }),
  spoken(
    'cta_url',
    named(
      'cta_url',
      z.looseObject({ display_text: short(BUTTON_TITLE_LENGTH_MAX), url: z.url({ protocol: /^https?$/ }) }),
    ),
  ),
  message('product', z.looseObject({ catalog_id: short(256), product_retailer_id: short(256) })),
  spoken(
    'product_list',
    z.looseObject({ catalog_id: short(256), sections: z.array(z.looseObject({})).min(1).max(10) }),
  ).extend({ header: z.looseObject({ type: z.literal('text'), text: short(SHORT_TEXT_LENGTH_MAX) }) }),
  spoken('catalog_message', named('catalog_message')),
  spoken('flow', named('flow', flowParameters)),
  spoken('location_request_message', named('send_location')),
  spoken('address_message', named('address_message', z.looseObject({ country: z.string() }))),
  spoken('order_details', z.looseObject({ name: z.string(), parameters: z.looseObject({}) })),
  spoken('order_status', z.looseObject({ name: z.string(), parameters: z.looseObject({}) })),
  spoken('voice_call', named('voice_call')),
  message('call_permission_request', named('call_permission_request')),
  spoken('request_contact_info', named('request_contact_info')),
  spoken('carousel', z.looseObject({ cards: z.array(z.looseObject({})).min(2).max(10) })),
]);

function isUnique(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
