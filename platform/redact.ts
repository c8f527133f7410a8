/*
 * The one place that keeps secrets and people out of log lines. Callers log codes and ids only; this is the net under
 * them, so it works on the finished line, whoever wrote it: our code, a package, or the Temporal SDK.
 */

const REDACTED = '[redacted]';

/** Fields whose value is never written, however deep; compared without case, `_` and `-`. */
const SECRET_FIELDS = new Set(
  [
    ...['authorization', 'cookie', 'headers', 'password', 'secret', 'signature', 'token', 'accesstoken'],
    ...['apikey', 'connectionstring', 'xhubsignature256', 'query', 'url', 'parameters', 'values'],
    // Words and people; `message`, `stack`, `detail` and `where` are those of errors, and quote values.
    ...[
      'text',
      'body',
      'caption',
      'words',
      'message',
      'stack',
      'detail',
      'details',
      'where',
      'phone',
      'waid',
    ],
    ...['email', 'firstname', 'lastname', 'displayname', 'username', 'profile', 'contact', 'contacts'],
  ].map(plain),
);

/** What people and secrets look like inside any text, most telling first. */
const TELLING: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bBearer\s+\S+/gi, `Bearer ${REDACTED}`],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${REDACTED}@`],
  [/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+\.[\p{L}\p{N}.-]+/gu, '[email]'],
  [/\+\d[\d ().-]{6,}\d/g, '[phone]'],
  // Ids of numbers have 15 digits or more, uuids hang together by dashes.
  [/(?<![\w.-])\d{8,14}(?![\w-])/g, '[phone]'],
];

/** Ids of ours and of counterparts may consist of digits. */
const ID_FIELD = /id$/i;

/** Shorter ones would blacken innocent words. */
const SECRET_LENGTH_MIN = 6;

/** Makes what cleans a finished JSON line: named fields, known secrets, and whatever looks like a person. */
export function createRedaction(secrets: readonly string[]): (line: string) => string {
  const known = secrets.filter((secret) => secret.length >= SECRET_LENGTH_MIN);
  const clean = (text: string, isId: boolean): string => {
    let cleaned = text;
    for (const secret of known) cleaned = cleaned.replaceAll(secret, REDACTED);
    if (isId) return cleaned;
    for (const [pattern, instead] of TELLING) cleaned = cleaned.replace(pattern, instead);
    return cleaned;
  };
  const cleanField = (name: string, value: unknown): unknown => {
    if (SECRET_FIELDS.has(plain(name))) return REDACTED;
    return typeof value === 'string' ? clean(value, ID_FIELD.test(name)) : value;
  };
  return (line) => {
    try {
      return `${JSON.stringify(JSON.parse(line, cleanField))}\n`;
    } catch {
      return `${clean(line.trimEnd(), false)}\n`;
    }
  };
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}
