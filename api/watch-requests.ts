import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { webhookSeconds } from '../platform/metrics';

/**
 * A span for each webhook, and the time until it is answered. What is done for it after the answer belongs to the same
 * trace. Never an address, a header or a body.
 */
export const watchWebhooks: RequestHandler = (request, response, next) => {
  const stopClock = webhookSeconds.startTimer();
  const span = trace
    .getTracer('continuo')
    .startSpan(`${request.method} webhook`, { kind: SpanKind.SERVER, root: true });
  response.once('close', () => {
    stopClock({ status: response.statusCode });
    span.setAttribute('http.response.status_code', response.statusCode);
    if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  context.with(trace.setSpan(context.active(), span), next);
};
