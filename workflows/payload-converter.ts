import { DefaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';

/** Reads what it can: an argument of a signal that nobody can read counts as none, as it would hold up the conversation for good. */
class TolerantPayloadConverter extends DefaultPayloadConverter {
  override fromPayload<T>(payload: Payload): T {
    try {
      return super.fromPayload<T>(payload);
    } catch {
      return super.fromPayload<T>(this.toPayload(undefined));
    }
  }
}

/** The name under which Temporal's bundler looks for it. */
export const payloadConverter = new TolerantPayloadConverter();
