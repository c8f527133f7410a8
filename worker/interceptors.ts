import type { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor, ActivityInterceptors } from '@temporalio/worker';
import {
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker';
import type { Logger } from '../platform/logger';
import { sendOutcomesTotal } from '../platform/metrics';
import { createFailureInterceptor } from './failure-interceptor';

/**
 * What stands around every activity, outermost first: the span of a trace, the count of what came out, and the cleaning of
 * failures, innermost, so that a trace too sees type and code only.
 */
export function createActivityInterceptors(parts: {
  readonly isTraced: boolean;
  readonly logger: Logger;
}): ((context: Context) => ActivityInterceptors)[] {
  const always = [
    () => ({ inbound: countSends }),
    () => ({ inbound: createFailureInterceptor(parts.logger) }),
  ];
  const traced = (context: Context): ActivityInterceptors => ({
    inbound: new OpenTelemetryActivityInboundInterceptor(context),
    outbound: new OpenTelemetryActivityOutboundInterceptor(context),
  });
  return parts.isTraced ? [traced, ...always] : always;
}

const countSends: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    const outcome: unknown = await next(input);
    if (isDelivery(outcome))
      sendOutcomesTotal.inc({ status: outcome.status, reason: outcome.reasonCode ?? '' });
    return outcome;
  },
};

/** Only `deliverSend` gives back a status with a reason. */
function isDelivery(outcome: unknown): outcome is { status: string; reasonCode: string | null } {
  return (
    typeof outcome === 'object' &&
    outcome !== null &&
    'reasonCode' in outcome &&
    'status' in outcome &&
    typeof outcome.status === 'string'
  );
}
