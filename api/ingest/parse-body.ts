/** Reads the bytes of a body as JSON; nothing is dropped for how it is written. */
export function parseBody(body: Buffer): { kind: 'json'; value: unknown } | { kind: 'not-json' } {
  try {
    return { kind: 'json', value: JSON.parse(withLongNumbersAsText(body.toString('utf8'))) };
  } catch {
    return { kind: 'not-json' };
  }
}

/** Strings, so that what stands in them is left alone, and whole numbers that may be too long to be kept exactly. */
const STRING_OR_LONG_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d{16,}(?![\d.eE])/gs;

/**
 * Ids that somebody writes as numbers keep all their digits: `JSON.parse` of this version of Node gives no access to the
 * text of a number, and lossless parsers refuse bodies with a key twice, which are to be kept as well.
 */
function withLongNumbersAsText(json: string): string {
  if (!/\d{16}/.test(json)) return json;
  return json.replace(STRING_OR_LONG_NUMBER, (found) =>
    found.startsWith('"') || Number.isSafeInteger(Number(found)) ? found : `"${found}"`,
  );
}
