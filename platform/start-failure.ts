import { describeError } from './logger';

type Addresses = { readonly databaseUrl: string | undefined; readonly temporalAddress: string };

/** Signs of a failure (its type and code), and what is then wrong, where, and what to do. The first that fits counts. */
const CAUSES: readonly (readonly [sign: RegExp, explain: (addresses: Addresses) => string])[] = [
  [
    /\b42P01\b/,
    () =>
      'the database has no schema, or an old one: run `npm run migrate` with the same DATABASE_URL, then start again',
  ],
  [
    /\b(28P01|28000|3D000)\b/,
    ({ databaseUrl }) =>
      `Postgres at ${placeOf(databaseUrl)} refuses the login or has no such database: check DATABASE_URL`,
  ],
  [/\bEADDRINUSE\b/, () => 'the port is taken: set API_PORT to a free one, or end what uses it'],
  [
    /Transport|ServiceError|Connection|^\w+ \d+$/,
    ({ temporalAddress }) =>
      `Temporal at ${temporalAddress} cannot be reached: check TEMPORAL_ADDRESS and that the server runs`,
  ],
  [
    /\bE[A-Z]{4,}\b/,
    ({ databaseUrl }) =>
      `Postgres at ${placeOf(databaseUrl)} cannot be reached: check DATABASE_URL and that the server runs`,
  ],
];

/** What to tell the person who started a part that could not start or had to stop. */
export function explainStartFailure(error: unknown, addresses: Addresses): string {
  const { type, code } = describeError(error);
  const sign = code === null ? type : `${type} ${code}`;
  const cause = CAUSES.find(([pattern]) => pattern.test(sign));
  return cause === undefined ? `stopped by ${sign}` : `${cause[1](addresses)} (${sign})`;
}

/** Host and port of a database URL; never its user or password. */
function placeOf(databaseUrl: string | undefined): string {
  return databaseUrl !== undefined && URL.canParse(databaseUrl) ? new URL(databaseUrl).host : 'DATABASE_URL';
}
