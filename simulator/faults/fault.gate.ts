import type { RequestHandler, Response } from 'express';
import { bodyText, sendJson } from '../http/reply';
import type { Fault, FaultInput, FaultStore } from './fault.store';

type DefaultErrorBody = (status: number) => unknown;

/** Lets planned faults hit the requests of one service; everything else passes untouched. */
export function faultGate(
  faults: FaultStore,
  service: FaultInput['service'],
  defaultErrorBody: DefaultErrorBody,
): RequestHandler {
  return (request, response, next) => {
    const fault = faults.take({
      service,
      method: request.method,
      path: request.originalUrl,
      body: bodyText(request),
    });
    if (fault === null) {
      next();
      return;
    }
    if (fault.kind === 'cut-before') {
      request.socket.destroy();
      return;
    }
    if (fault.kind === 'delay' && fault.after_commit !== true) {
      later(next, fault);
      return;
    }
    const answer = faultAnswer(fault, response, defaultErrorBody);
    if (fault.kind !== 'cut-after-commit' && fault.after_commit !== true) {
      later(answer, fault);
      return;
    }
    holdAnswer(response, (release) => {
      if (fault.kind === 'delay') later(release, fault);
      else later(answer, fault);
    });
    next();
  };
}

/** The delay of a fault must not keep a stopped process alive. */
function later(work: () => void, fault: Fault): void {
  setTimeout(work, fault.delay_ms ?? 0).unref();
}

function faultAnswer(fault: Fault, response: Response, defaultErrorBody: DefaultErrorBody): () => void {
  return () => {
    if (fault.kind === 'cut-after-commit') {
      response.socket?.destroy();
      return;
    }
    if (response.socket?.destroyed !== false) return;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    if (fault.kind === 'empty-502') {
      response.statusCode = 502;
      response.end();
      return;
    }
    sendError(fault, response, defaultErrorBody);
  };
}

function sendError(fault: Fault, response: Response, defaultErrorBody: DefaultErrorBody): void {
  const status = fault.status ?? 500;
  for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
  if (typeof fault.body === 'string') {
    response.statusCode = status;
    if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(fault.body);
    return;
  }
  sendJson(response, { status, body: fault.body ?? defaultErrorBody(status) });
}

/** Runs the request to its end but keeps the answer back: nothing has been written when `held` is called. */
function holdAnswer(response: Response, held: (release: () => void) => void): void {
  const end = response.end.bind(response);
  response.end = (...finalArguments: unknown[]): Response => {
    const chunk = finalArguments[0];
    response.end = end;
    held(() => {
      if (Buffer.isBuffer(chunk) || typeof chunk === 'string') end(chunk);
      else end();
    });
    return response;
  };
}
