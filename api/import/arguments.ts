import { parseArgs } from 'node:util';
import { ExportError } from './record';
import { isNumberId } from './line.schema';

const FORMATS = ['csv', 'json', 'jsonl'] as const;
type Format = (typeof FORMATS)[number];

/** What the command line asks for. */
export type ImportArguments = {
  readonly path: string;
  readonly phoneNumberId: string | null;
  readonly country: string | null;
  readonly format: Format;
  readonly isDryRun: boolean;
};

const USAGE =
  'npm run import -- FILE [--number PHONE_NUMBER_ID] [--format csv|json|jsonl] [--country CC] [--dry-run]';

/** Reads the command line; throws one error that says what to write instead. */
export function readArguments(args: readonly string[]): ImportArguments {
  const { values, positionals } = parse(args);
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new ExportError(`Name one file. Usage: ${USAGE}`);
  if (values.number !== undefined && !isNumberId(values.number))
    throw new ExportError('--number must be the id of a business number: digits only, as Meta shows it.');
  if (values.country !== undefined && !/^[A-Za-z]{2}$/.test(values.country))
    throw new ExportError('--country must be two letters, like GB.');
  return {
    path,
    phoneNumberId: values.number ?? null,
    country: values.country ?? null,
    format: formatOf(values.format ?? endingOf(path)),
    isDryRun: values['dry-run'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        number: { type: 'string' },
        format: { type: 'string' },
        country: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new ExportError(`${error instanceof Error ? error.message : ''} Usage: ${USAGE}`);
  }
}

function endingOf(path: string): string {
  const ending = path.split('.').at(-1)?.toLowerCase() ?? '';
  return ending === 'ndjson' ? 'jsonl' : ending;
}

function formatOf(name: string): Format {
  const format = FORMATS.find((one) => one === name.toLowerCase());
  if (format === undefined) throw new ExportError(`Say what the file is: --format ${FORMATS.join('|')}.`);
  return format;
}
