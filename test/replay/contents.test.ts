import { storedHistories } from './stored-histories';

/** What a history may consist of: ids, times, enums, numbers and the fixed words of the code. */
const ALLOWED = [
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, // a row or a run
  /^(conversation-|signal:)[0-9a-f-]{36}(:\d+)?$/, // a workflow, the key of a command
  /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, // a moment
  /^\d{1,7}(\.\d+)?s?$/, // a small number, a duration
  /^100000000000001$/, // the number of the tests
  /^[A-Z][A-Z_]+$/, // an enum of the protocol
  /^[A-Za-z][A-Za-z]*([_./-][A-Za-z]+)*$/, // a name of an activity, a type, a status, a reason
  /^[a-z-]+(: [a-z]+| [a-z]+)+$/, // a fixed summary, a failure by its type
  /^Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying$/, // the server's
  /^test-worker-[0-9a-f]{32}$/, // the worker's own queue
  /^(@temporalio\/worker@)?\d+\.\d+\.\d+(\+[0-9a-f]{64})?$/, // a version
];

/** All texts in a value; what is packed into payloads is unpacked. */
function textsOf(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return isPacked(key, value) ? textsOf(unpacked(value)) : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, name));
}

function isPacked(key: string, value: string): boolean {
  return (
    ['data', 'encoding', 'type'].includes(key) && /^[A-Za-z0-9+/]+=*$/.test(value) && value.length % 4 === 0
  );
}

function unpacked(value: string): unknown {
  const text = Buffer.from(value, 'base64').toString('utf8');
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return text;
  }
}

describe('the stored histories', () => {
  it.each(storedHistories())('%s holds nobody and no machine', (_, history) => {
    const texts = textsOf(history);
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter((text) => !ALLOWED.some((pattern) => pattern.test(text)))).toEqual([]);
  });
});
