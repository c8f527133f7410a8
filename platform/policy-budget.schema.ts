import { z } from 'zod';
import { isTimeZone } from './months';

const share = z
  .number()
  .min(0, 'is below 0; use 0 to keep all of it for people')
  .max(1, 'is above 1; it is a share, such as 0.9');

const ceilings = {
  month_ceiling: z.number().min(0, 'is below 0; use 0 to send only what is free').optional(),
  messages_per_month: z
    .number()
    .int('must be a whole number')
    .min(1, 'is below 1: nothing would leave; raise it or use mode observe')
    .optional(),
  stops_people: z.boolean().optional(),
};

/** What messages may cost, as the policy document says it. */
export const budget = z.strictObject({
  time_zone: z
    .string()
    .refine(isTimeZone, 'is not a known time zone; use a name such as Europe/Berlin or UTC')
    .describe('where a month begins and ends'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency code of three capital letters, such as EUR'),
  prices: z.record(
    z.string().regex(/^[a-z0-9_-]+$/, 'must be a category of WhatsApp, such as service or marketing'),
    z
      .number()
      .min(0, 'is below 0; write the price of one message')
      .max(100, 'is above 100 for one message; correct it'),
  ),
  free_service_messages_per_month: z
    .number()
    .int('must be a whole number')
    .min(0, 'is below 0; use 0 where nothing is free')
    .default(1000),
  ...ceilings,
  automated_share: share.default(0.9),
  numbers: z
    .record(
      z.string().regex(/^\d{5,}$/, 'must be a phone_number_id, digits only'),
      z.strictObject({ ...ceilings, automated_share: share.optional() }),
    )
    .optional(),
});
