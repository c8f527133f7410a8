import { z } from 'zod';
import { parseJson } from '../../domain/json';

/** Meta's own account of how much of the limits was used, per business; minutes until calls are taken again. */
const usageSchema = z.record(
  z.string(),
  z.array(
    z.looseObject({ estimated_time_to_regain_access: z.number().nonnegative().optional().catch(undefined) }),
  ),
);
const MINUTE_MS = 60_000;

/** How long an answer of WhatsApp asks us to wait, by whichever of its headers; null = it does not ask. */
export function askedWaitMs(headers: Headers): number | null {
  const longest = Math.max(retryAfterMs(headers.get('retry-after')), usageMs(headers));
  return longest > 0 ? longest : null;
}

/** Seconds, or a date. */
function retryAfterMs(value: string | null): number {
  if (value === null) return 0;
  const seconds = Number(value);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(waitMs) ? waitMs : 0;
}

function usageMs(headers: Headers): number {
  const usage = usageSchema.safeParse(parseJson(headers.get('x-business-use-case-usage') ?? ''));
  if (!usage.success) return 0;
  const minutes = Object.values(usage.data).flatMap((entries) =>
    entries.map((entry) => entry.estimated_time_to_regain_access ?? 0),
  );
  return Math.max(0, ...minutes) * MINUTE_MS;
}
