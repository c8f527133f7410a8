import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ReplyModel } from '../domain/wait/reply-model';

const BINS = 11;
const hazards = z.array(z.number().positive()).length(BINS);

const replyModelSchema: z.ZodType<ReplyModel> = z.strictObject({
  version: z.string().min(1),
  binsHours: z
    .array(z.number().positive())
    .length(BINS + 1)
    .refine((edges) => edges.every((edge, bin) => edge > (edges[bin - 1] ?? 0)), 'edges must grow'),
  hazards: z.strictObject({ live: hazards, warm: hazards, cold: hazards }),
  alpha: z.number().positive(),
  clock: z
    .array(z.number().nonnegative())
    .length(24)
    .refine((hours) => Math.abs(sum(hours) / hours.length - 1) < 1e-3, 'the mean of the hours must be 1'),
});

/** Loads the reply model that ships with the product, or another one; a damaged file is an error naming it. */
export function loadReplyModel(path = shippedPath()): ReplyModel {
  const document: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const checked = replyModelSchema.safeParse(document);
  if (!checked.success) throw new Error(`${path} is no reply model: ${z.prettifyError(checked.error)}`);
  return checked.data;
}

/** Beside this folder in the sources, one level further up from compiled files. */
function shippedPath(): string {
  const places = ['..', '../..'].map((up) => join(__dirname, up, 'models', 'reply-hazards.json'));
  return places.find((place) => existsSync(place)) ?? join('models', 'reply-hazards.json');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
