/** A text made comparable: token lists (words, numbers, emoji) and the marks that matter. */
export type NormalisedText = {
  /** One reading, or two where letters were drawn out: `siii` is read as `sii` and as `si`. */
  readonly readings: readonly (readonly string[])[];
  readonly hasQuestionMark: boolean;
  readonly hasUrl: boolean;
  /** The folded text before it was cut into tokens, for dates and times. */
  readonly folded: string;
};

/** Longer texts are judged by their beginning: enough for a chat, and the work stays bounded. */
const TEXT_LENGTH_MAX = 4096;

const URL = /(?:https?:\/\/|www\.)\S+|\b[\w.-]+\.[a-z]{2,}\/\S*|\S+@\S+\.\S+/giu;
const TOKEN = /[\p{L}\p{M}]+|\p{Nd}+|\p{Sc}|\p{Extended_Pictographic}/gu;
const DRAWN_OUT = /(\p{L})\1{2,}/gu;
const EMOTICONS: readonly (readonly [RegExp, string])[] = [
  [/<3/g, ' ❤ '],
  [/[:;]-?[)D]/g, ' 🙂 '],
  [/:-?\(/g, ' 🙁 '],
];

/** Folds case, accents, Arabic letter forms, Turkish i, digits and emoji variants, and cuts into tokens. */
export function normaliseText(text: string): NormalisedText {
  const cut = text.slice(0, TEXT_LENGTH_MAX).normalize('NFKC');
  const withoutUrls = cut.replace(URL, ' ');
  const folded = foldLetters(EMOTICONS.reduce((rest, [from, to]) => rest.replace(from, to), withoutUrls));
  const readings = [folded.replace(DRAWN_OUT, '$1$1'), folded.replace(DRAWN_OUT, '$1')].map(tokensOf);
  const isSame = readings[0]?.join(' ') === readings[1]?.join(' ');
  return {
    readings: isSame ? readings.slice(0, 1) : readings,
    hasQuestionMark: /[?؟]|[❓❔⁉]/u.test(withoutUrls),
    hasUrl: withoutUrls !== cut,
    folded,
  };
}

/** The tokens of a word or phrase of a list; lists are written in natural spelling. */
export function tokensOfEntry(entry: string): string[] {
  return tokensOf(foldLetters(entry.normalize('NFKC')));
}

function tokensOf(folded: string): string[] {
  return folded.match(TOKEN) ?? [];
}

function foldLetters(text: string): string {
  const latin = text
    .toLowerCase()
    .normalize('NFD')
    // Accents of Latin letters, and the dot that lower-casing leaves on a Turkish İ.
    .replace(/[\u0300-\u036F]/g, '')
    .replace(/ı/g, 'i')
    .replace(/ß/g, 'ss');
  return foldDigits(foldDevanagari(foldArabic(foldEmoji(latin)))).normalize('NFC');
}

function foldEmoji(text: string): string {
  // Variation selectors and skin tones do not change what an emoji says.
  return text.replace(/\u{FE0E}|\u{FE0F}|[\u{1F3FB}-\u{1F3FF}]/gu, '');
}

function foldArabic(text: string): string {
  return text
    .replace(/\u0640|[\u064B-\u065F]|\u0670/g, '')
    .replace(/[آأإٱ]/g, 'ا')
    .replace(/[ىی]/g, 'ي')
    .replace(/ة/g, 'ه')
    .replace(/ک/g, 'ك');
}

function foldDevanagari(text: string): string {
  // Nukta and the two nasal signs are used interchangeably in chats; joiners are invisible.
  return text.replace(/[\u093C\u200C\u200D]/g, '').replace(/\u0901/g, '\u0902');
}

function foldDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F]/g, (digit) =>
    String(zeroOffset(digit.charCodeAt(0))),
  );
}

/** Digits of all three scripts stand in rows of sixteen; Devanagari's row starts at 6. */
function zeroOffset(code: number): number {
  return code >= 0x0966 && code <= 0x096f ? code - 0x0966 : code & 0x0f;
}
