import { randomUUID } from 'node:crypto';

type ErrorDetail = {
  readonly message: string;
  readonly code?: string;
  readonly in?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
};

export type ErrorExtras = {
  readonly errors?: readonly ErrorDetail[];
  readonly context?: Readonly<Record<string, readonly string[]>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly subCategory?: string;
};

/** A refusal by the CRM API, thrown by the rules and turned into HubSpot's error JSON at the edge. */
export class HubSpotError extends Error {
  readonly status: number;
  readonly category: string;
  readonly extras: ErrorExtras;

  constructor(
    [status, category]: readonly [status: number, category: string],
    message: string,
    extras: ErrorExtras = {},
  ) {
    super(message);
    this.status = status;
    this.category = category;
    this.extras = extras;
  }
}

/** The body of an error answer. */
export function errorBody(error: HubSpotError): Readonly<Record<string, unknown>> {
  return {
    status: 'error',
    message: error.message,
    correlationId: randomUUID(),
    ...error.extras,
    category: error.category,
  };
}

/** The same error as one entry of `errors` in a partly failed batch. */
export function batchErrorEntry(error: HubSpotError, traceId?: string): Readonly<Record<string, unknown>> {
  return {
    status: 'error',
    category: error.category,
    message: error.message,
    context: {
      ...error.extras.context,
      ...(traceId !== undefined && { objectWriteTraceId: [traceId] }),
    },
    errors: error.extras.errors ?? [],
    links: error.extras.links ?? {},
  };
}

export type PropertyProblem = { readonly name: string; readonly code: string; readonly message: string };

/** 400 VALIDATION_ERROR for property values, with the problems in the message and in `errors`, as HubSpot writes them. */
export function invalidProperties(problems: readonly PropertyProblem[], portalId: number): HubSpotError {
  const listed = problems.map(({ name, code, message }) => ({
    isValid: false,
    message,
    error: code,
    name,
    localizedErrorMessage: message,
    portalId,
  }));
  return new HubSpotError(
    [400, 'VALIDATION_ERROR'],
    `Property values were not valid: ${JSON.stringify(listed)}`,
    {
      errors: problems.map(({ name, code, message }) => ({
        message,
        code,
        context: { propertyName: [name] },
      })),
    },
  );
}

/** 404 for a record that is not there. */
export function notFound(message = 'resource not found', extras: ErrorExtras = {}): HubSpotError {
  return new HubSpotError([404, 'OBJECT_NOT_FOUND'], message, extras);
}

/** 400 for a request that does not have the right form. */
export function badRequest(message: string, extras: ErrorExtras = {}): HubSpotError {
  return new HubSpotError([400, 'VALIDATION_ERROR'], message, extras);
}
