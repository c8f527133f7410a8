import { types } from 'node:util';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { createRedaction } from './redact';

export type { Logger } from 'pino';

/** Opens the process's logger: JSON lines on stdout, one `part` name per process; `secrets` never reach a line. */
export function createLogger(
  part: string,
  level: string,
  { secrets = [], destination }: { secrets?: readonly string[]; destination?: DestinationStream } = {},
): Logger {
  const options = {
    level,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { streamWrite: createRedaction(secrets) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** The type and code of any thrown value; messages are left out because drivers quote people's data in them. */
export function describeError(error: unknown): { type: string; code: string | null } {
  // Not `instanceof`: errors of Node's own parts may come from another realm.
  if (!types.isNativeError(error)) return { type: typeof error, code: null };
  const code =
    'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : null;
  return { type: error.name, code: code === null ? null : String(code) };
}
