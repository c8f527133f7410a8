import { asObject } from '../json';
import type { GivenParameter } from './template';

/** Meta refuses a value with these (132018), wherever it is filled in among words. */
const FORBIDDEN_IN_TEXT = /[\n\r\t]| {5,}/;
/** An address from which WhatsApp can fetch a file. */
const HTTPS_LINK = /^https:\/\/[^\s/]+\S*$/i;
const CURRENCY_CODE = /^[A-Z]{3}$/;

const NOT_EMPTY = 'a text that is not empty';
const ONE_LINE = 'a text without line breaks, tabs or more than four spaces in a row';

/** What a value of the right type lacks, one line for each of its fields; nothing = Meta will take it. */
export function lacksOf(given: GivenParameter): readonly string[] {
  const value = given[given.type];
  return (LACKS[given.type] ?? lacksOther)(value, given.type);
}

/** The words that a value puts into the text: for an amount or a date those that are shown where it cannot be localised. */
export function wordsOfValue(given: GivenParameter): string {
  const value = given[given.type];
  const words = typeof value === 'string' ? value : asObject(value)?.['fallback_value'];
  return typeof words === 'string' ? words : '';
}

type Lacks = (value: unknown, type: string) => string[];

const lacksMedium: Lacks = (value) => {
  const { id, link } = asObject(value) ?? {};
  const isOne = (id === undefined) !== (link === undefined);
  const isId = isText(id) && id.trim() !== '';
  const isLink = isText(link) && HTTPS_LINK.test(link);
  return unless(isOne && (isId || isLink), 'either an id or a link that begins with https://, and not both');
};

const LACKS: Readonly<Record<string, Lacks>> = {
  text: (value) => lacksText(value),
  currency: (value) => {
    const { fallback_value: words, code, amount_1000: amount } = asObject(value) ?? {};
    return [
      ...lacksText(words).map((lack) => `currency.fallback_value to be ${lack}`),
      ...unless(
        isText(code) && CURRENCY_CODE.test(code),
        'currency.code to be three capital letters, such as EUR',
      ),
      ...unless(
        Number.isSafeInteger(amount),
        'currency.amount_1000 to be a whole number, the amount times 1000',
      ),
    ];
  },
  date_time: (value) =>
    lacksText(asObject(value)?.['fallback_value']).map((lack) => `date_time.fallback_value to be ${lack}`),
  location: (value) => {
    const { latitude, longitude, name = 'none', address = 'none' } = asObject(value) ?? {};
    return [
      ...unless(isWithin(latitude, 90), 'location.latitude to be a number from -90 to 90'),
      ...unless(isWithin(longitude, 180), 'location.longitude to be a number from -180 to 180'),
      ...unless(isText(name) && name.trim() !== '', `location.name to be ${NOT_EMPTY}`),
      ...unless(isText(address) && address.trim() !== '', `location.address to be ${NOT_EMPTY}`),
    ];
  },
  image: lacksMedium,
  video: lacksMedium,
  document: lacksMedium,
  action: (value) => unless(asObject(value) !== null, 'an object under "action"'),
};

/** Payloads and codes. */
const lacksOther: Lacks = (value, type) =>
  unless(isText(value) && value.trim() !== '', `a text that is not empty under "${type}"`);

function lacksText(value: unknown): string[] {
  if (!isText(value) || value.trim() === '') return [NOT_EMPTY];
  return unless(!FORBIDDEN_IN_TEXT.test(value), ONE_LINE);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Degrees, as a number or written out, as Meta takes both. */
function isWithin(value: unknown, max: number): boolean {
  const isNumber = typeof value === 'number' || (isText(value) && /^-?\d+(\.\d+)?$/.test(value));
  return isNumber && Math.abs(Number(value)) <= max;
}

function unless(isRight: boolean, lack: string): string[] {
  return isRight ? [] : [lack];
}
