import { SpanKind, SpanStatusCode, context, trace } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import { describeError } from './logger';

/** Spans leave after this time at the latest: soon enough to look at, seldom enough to cost nothing. */
const EXPORT_EVERY_MS = 2_000;
/** A receiver that is away must not hold up a shutdown. */
const EXPORT_TIMEOUT_MS = 3_000;

/**
 * Sends traces to an OpenTelemetry receiver; without a URL all that follows costs next to nothing and sends nothing. A trace
 * goes on over Temporal (interceptors of client and worker); it is never told to WhatsApp or HubSpot. Spans carry codes,
 * statuses and ids, no words and nobody's number. Returns the stop, which sends what is left.
 */
export function startTracing(settings: {
  readonly part: string;
  readonly url: string | undefined;
  readonly share: number;
}): () => Promise<void> {
  if (settings.url === undefined) return () => Promise.resolve();
  const provider = new BasicTracerProvider({
    // Not the detected one: it would name the machine and the command line.
    resource: new Resource({ 'service.name': `continuo-${settings.part}` }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.share) }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: settings.url, timeoutMillis: EXPORT_TIMEOUT_MS }), {
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  provider.register({
    contextManager: new AsyncLocalStorageContextManager().enable(),
    propagator: new W3CTraceContextPropagator(),
  });
  return () => provider.shutdown().catch(() => undefined);
}

/** A call to somebody outside as a span of the current trace; a failure is told by type and code. */
export async function traceCall<Result>(
  name: string,
  attributes: Attributes,
  call: (span: Span) => Promise<Result>,
): Promise<Result> {
  const tracer = trace.getTracer('continuo');
  return await tracer.startActiveSpan(name, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await call(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed without the error's message, which may quote anything. */
function markFailed(span: Span, error: unknown): void {
  const { type, code } = describeError(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: code === null ? type : `${type} ${code}` });
}

/** Remembers the trace of now for work that is done later, on behalf of the same cause. */
export function bindTrace<Result>(): (work: () => Result) => Result {
  const bound = context.active();
  return (work) => context.with(bound, work);
}
