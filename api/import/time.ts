import type { Read } from './record';

/** WhatsApp began in 2009: what is older was read wrong. */
const EARLIEST_MS = Date.UTC(2009, 0, 1);
const MILLISECONDS_FROM = 1e12;
const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2})$/i;

/** When a line was sent (unix ms): ISO 8601 with a zone, or unix seconds or milliseconds. */
export function readTime(value: unknown, nowMs: number): Read<number> {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '') return wrong('is missing');
  const atMs = parse(text.trim());
  if (atMs === null) return wrong('is no time with a time zone');
  if (atMs < EARLIEST_MS) return wrong('lies before WhatsApp existed');
  return atMs <= nowMs ? { value: atMs } : wrong('lies in the future');
}

function parse(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    return Math.trunc(value >= MILLISECONDS_FROM ? value : value * 1000);
  }
  const parts = ISO.exec(text);
  return parts === null ? null : fromParts(parts.slice(1));
}

function fromParts([year = '', month = '', day = '', time = '', zone = '']: readonly string[]):
  number | null {
  // The engine would read the 30th of February as a day of March.
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > daysOfMonth) return null;
  const offset = zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2').toUpperCase();
  const atMs = Date.parse(`${year}-${month}-${day}T${time}${offset}`);
  return Number.isNaN(atMs) ? null : atMs;
}

function wrong(problem: string): Read<number> {
  return {
    problem: {
      field: 'time',
      problem,
      remedy: 'write it like 2026-03-02T10:00:00+01:00, or as unix seconds',
    },
  };
}
