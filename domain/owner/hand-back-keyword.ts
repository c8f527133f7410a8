/** A keyword comes after what was said in its second: whoever gives a conversation back has written before. */
export const KEYWORD_LATER_MS = 1;

/** Whether a message is, as a whole, one of the words with which people on the phone app give a conversation back. */
export function isHandBackKeyword(text: string | null, keywords: readonly string[]): boolean {
  if (text === null) return false;
  const said = fold(text);
  return keywords.some((keyword) => fold(keyword) === said);
}

/** Phones write capitals at the beginning by themselves, and some give accents in two parts. */
function fold(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
