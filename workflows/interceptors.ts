import type { Headers, WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { ACTIVITY_SUMMARIES } from './summaries';

/** The header in which Temporal's OpenTelemetry interceptors carry a trace; ids only. */
const TRACE_HEADER = '_tracer-data';
/** What a workflow does later than this after the news is no longer part of the news' trace. */
const TRACE_LIFE_MS = 60_000;

/**
 * What every workflow does around its activities. It gives them a summary for the UI, and hands them the trace of the signal
 * that woke it: the loop works for the latest news, not for the start of the run. Neither adds an event or a command, nor
 * packages to the bundle, and a history replays with or without them.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let trace: { readonly header: Headers[string]; readonly untilMs: number } | null = null;
  const note = (headers: Headers): void => {
    const header = headers[TRACE_HEADER];
    trace = header === undefined ? null : { header, untilMs: Date.now() + TRACE_LIFE_MS };
  };
  const pass = (headers: Headers): Headers =>
    trace === null || Date.now() > trace.untilMs ? headers : { ...headers, [TRACE_HEADER]: trace.header };
  const told = <Input extends { activityType: string; headers: Headers; options: { summary?: string } }>(
    input: Input,
  ): Input => {
    const summary = ACTIVITY_SUMMARIES[input.activityType];
    const options = summary === undefined ? input.options : { summary, ...input.options };
    return { ...input, options, headers: pass(input.headers) };
  };
  return {
    inbound: [
      {
        execute: (input, next) => {
          note(input.headers);
          return next(input);
        },
        handleSignal: (input, next) => {
          note(input.headers);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(told(input)),
        scheduleLocalActivity: (input, next) => next(told(input)),
        continueAsNew: (input, next) => next({ ...input, headers: pass(input.headers) }),
      },
    ],
  };
};
