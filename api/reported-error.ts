import { z } from 'zod';
import { classOfError } from '../domain/send/reported-error';
import type { ReportedError } from '../domain/send/reported-error';

const text = z.string().min(1).optional().catch(undefined);
const reportedErrorSchema = z.looseObject({
  code: z.union([
    z.number().int(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ]),
  title: text,
  message: text,
  error_data: z.looseObject({ details: text }).optional().catch(undefined),
});

/** An error as Meta reports it in webhooks, with its class; null when it has no code. */
export function readReportedError(raw: unknown): ReportedError | null {
  const parsed = reportedErrorSchema.safeParse(raw);
  if (!parsed.success) return null;
  const { code, title, message, error_data: data } = parsed.data;
  return {
    code,
    title: title ?? message ?? null,
    details: data?.details ?? null,
    class: classOfError(code),
  };
}

/** The first error that has a code, of a list or alone: Meta reports one. */
export function firstReportedError(raw: unknown): ReportedError | null {
  const given: readonly unknown[] = Array.isArray(raw) ? raw : [raw];
  return given.map(readReportedError).find((error) => error !== null) ?? null;
}

const storedErrorSchema = z.object({
  code: z.number().int(),
  title: z.string().nullable().catch(null),
  details: z.string().nullable().catch(null),
  class: z.string(),
});

/** The error of a send as screens show it; null for the code of a failed call, which the reason tells. */
export function errorShown(stored: unknown): z.infer<typeof storedErrorSchema> | null {
  const parsed = storedErrorSchema.safeParse(stored);
  return parsed.success ? parsed.data : null;
}
