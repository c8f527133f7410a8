import { z } from 'zod';

const TEMPLATE_NAME = /^[a-z0-9_]{1,512}$/;
const media = z
  .looseObject({ id: z.string().optional(), link: z.url().optional() })
  .refine(({ id, link }) => id !== undefined || link !== undefined, 'Either id or link is required.');
const nameable = z.looseObject({ parameter_name: z.string().optional() });

const parameter = z.discriminatedUnion('type', [
  nameable.extend({ type: z.literal('text'), text: z.string().min(1) }),
  nameable.extend({
    type: z.literal('currency'),
    currency: z.looseObject({ fallback_value: z.string(), code: z.string(), amount_1000: z.number() }),
  }),
  nameable.extend({
    type: z.literal('date_time'),
    date_time: z.looseObject({ fallback_value: z.string() }),
  }),
  nameable.extend({ type: z.literal('image'), image: media }),
  nameable.extend({ type: z.literal('video'), video: media }),
  nameable.extend({ type: z.literal('document'), document: media }),
  nameable.extend({ type: z.literal('location'), location: z.looseObject({}) }),
  nameable.extend({ type: z.literal('payload'), payload: z.string() }),
  nameable.extend({ type: z.literal('coupon_code'), coupon_code: z.string().max(20) }),
  nameable.extend({ type: z.literal('action'), action: z.looseObject({}) }),
  nameable.extend({ type: z.literal('product'), product: z.looseObject({}) }),
  nameable.extend({ type: z.literal('limited_time_offer'), limited_time_offer: z.looseObject({}) }),
]);

const component = z.looseObject({
  type: z.enum(['header', 'body', 'button', 'carousel', 'limited_time_offer', 'order_status']),
  sub_type: z.string().optional(),
  index: z.union([z.int().nonnegative(), z.string().regex(/^\d+$/)]).optional(),
  parameters: z.array(parameter).optional(),
});

/** `template` of a send: which one, in which language, with which values. */
export const template = z.looseObject({
  name: z.string().regex(TEMPLATE_NAME, 'lower case letters, digits and _ only'),
  language: z.looseObject({ code: z.string().min(1), policy: z.literal('deterministic').optional() }),
  components: z
    .array(
      component.refine(
        ({ type, sub_type, index }) => type !== 'button' || (sub_type !== undefined && index !== undefined),
        'a button needs sub_type and index',
      ),
    )
    .optional(),
});

export type TemplateSend = z.infer<typeof template>;
export type TemplateParameter = z.infer<typeof parameter>;
