import type { Request, RequestHandler, Response } from 'express';
import { bodyText, sendJson } from '../http/reply';
import type { Answer } from '../http/reply';
import type { Fault, FaultInput, FaultStore, FaultTarget } from './fault.store';

/** What a service adds to its faults. */
export type FaultedService = {
  readonly service: FaultInput['service'];
  /** The error that a fault without a body of its own answers with. */
  readonly errorOf: (fault: { readonly status: number; readonly code: number | null }) => Answer;
  /** The message a request sends, for faults that hit only some recipients or numbers. */
  readonly sendOf?: (request: Request) => FaultTarget['send'];
  /** Lets the work be done and fail afterwards, out of sight of the caller. */
  readonly failLater?: (response: Response, code: number) => void;
};

const DEFAULT_STATUS = 500;

/** Lets planned faults hit the requests of one service; everything else passes untouched. */
export function faultGate(faults: FaultStore, service: FaultedService): RequestHandler {
  return (request, response, next) => {
    const fault = faults.take({
      service: service.service,
      method: request.method,
      path: request.originalUrl,
      body: bodyText(request),
      send: service.sendOf?.(request) ?? null,
    });
    if (fault === null) {
      next();
      return;
    }
    if (fault.code !== undefined && isLate(fault)) service.failLater?.(response, fault.code);
    if (fault.kind === 'cut-before') request.socket.destroy();
    else if (fault.timing === 'async') next();
    else strike(fault, { response, next, faults }, service);
  };
}

/** Lets a fault hit the answer: after the work was done, or instead of it. */
function strike(
  fault: Fault,
  {
    response,
    next,
    faults,
  }: { readonly response: Response; readonly next: () => void; readonly faults: FaultStore },
  service: FaultedService,
): void {
  const isDelay = fault.kind === 'delay';
  if (!doesWorkFirst(fault)) {
    faults.hold(fault, isDelay ? next : faultAnswer(fault, response, service));
    return;
  }
  holdAnswer(response, (release) => {
    faults.hold(fault, isDelay ? release : faultAnswer(fault, response, service));
  });
  next();
}

function isLate({ timing }: Fault): boolean {
  return timing === 'async' || timing === 'both';
}

function doesWorkFirst(fault: Fault): boolean {
  return (
    fault.kind === 'cut-after-commit' ||
    fault.kind === 'unreadable' ||
    fault.timing === 'both' ||
    fault.after_commit === true
  );
}

function faultAnswer(fault: Fault, response: Response, service: FaultedService): () => void {
  return () => {
    if (fault.kind === 'hang') return;
    if (fault.kind === 'cut-after-commit') {
      response.socket?.destroy();
      return;
    }
    if (response.socket?.destroyed !== false) return;
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    sendFault(fault, response, service);
  };
}

function sendFault(fault: Fault, response: Response, service: FaultedService): void {
  if (fault.kind === 'empty-502') {
    response.statusCode = 502;
    response.end();
  } else if (fault.kind === 'unreadable') {
    response.statusCode = fault.status ?? 200;
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end('{"messaging_product":"whatsapp","contacts":[{"inp');
  } else {
    sendError(fault, response, service);
  }
}

function sendError(fault: Fault, response: Response, service: FaultedService): void {
  const usual = service.errorOf({ status: fault.status ?? DEFAULT_STATUS, code: fault.code ?? null });
  const status = fault.status ?? (fault.code === undefined ? DEFAULT_STATUS : usual.status);
  const headers = { ...(fault.body === undefined && usual.headers), ...fault.headers };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (typeof fault.body === 'string') {
    response.statusCode = status;
    if (!response.hasHeader('content-type')) response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(fault.body);
    return;
  }
  sendJson(response, { status, body: fault.body ?? usual.body });
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
