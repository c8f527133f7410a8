import { classifyRefusal } from './refusal.table';
import type { Refusal } from './refusal.table';

/** An error of WhatsApp in its own words, with its class. */
export type ReportedError = {
  readonly code: number;
  readonly title: string | null;
  readonly details: string | null;
  readonly class: Refusal['refusalClass'];
};

/** The class of an error; one that was reported in a webhook has no HTTP status. */
export function classOfError(code: number): Refusal['refusalClass'] {
  return classifyRefusal({ code, httpStatus: null }).refusalClass;
}
