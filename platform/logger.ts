import { pino } from 'pino';
import type { Logger } from 'pino';

export type { Logger } from 'pino';

/** Fields that may hold secrets, people or words; their values never reach a log line. */
const REDACTED_PATHS = [
  'req.headers.authorization',
  'req.headers["x-hub-signature-256"]',
  'req.url',
  '*.accessToken',
  '*.text',
  '*.body',
  '*.phone',
];

/** Opens the process's logger: JSON lines on stdout, one `part` name per process. */
export function createLogger(part: string, level: string): Logger {
  return pino({
    level,
    base: { part },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** The type and code of any thrown value; messages are left out because drivers quote people's data in them. */
export function describeError(error: unknown): { type: string; code: string | null } {
  if (!(error instanceof Error)) return { type: typeof error, code: null };
  const code =
    'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? error.code : null;
  return { type: error.name, code: code === null ? null : String(code) };
}
