import { toE164 } from '../platform/phone';
import { ApiProblem } from './errors';
import type { FieldError } from './errors';

/** The digits under which WhatsApp knows a phone that a request names; anything else is answered 422. */
export function digitsOfPhone(phone: string, place: FieldError['in'] = 'body'): string {
  const e164 = toE164(phone);
  if (e164 !== null) return e164.slice(1);
  throw new ApiProblem('invalid_request', {
    errors: [
      {
        in: place,
        path: ['phone'],
        message: 'must be a phone number with its country code, such as +12025550123',
      },
    ],
  });
}
