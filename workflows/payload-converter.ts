import { DefaultPayloadConverter } from '@temporalio/common';
import type { PayloadConverter } from '@temporalio/common';

const standard = new DefaultPayloadConverter();

/**
 * Reads what it can: an argument of a signal that nobody can read counts as none, as it would otherwise fail the
 * conversation's task for good. Temporal's bundler looks for it under this name.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => standard.toPayload(value),
  fromPayload: (payload) => {
    try {
      return standard.fromPayload(payload);
    } catch {
      return standard.fromPayload(standard.toPayload(undefined));
    }
  },
};
