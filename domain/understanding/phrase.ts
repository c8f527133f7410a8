import { tokensOfEntry } from './normalise';

/*
 * Lists hold words and phrases in natural spelling. Two signs are allowed in them: `word~` is the beginning of a
 * word (`escrib~`), and `*` stands for up to three words (`stop * messages`).
 */
type Piece = { readonly kind: 'word' | 'beginning' | 'gap'; readonly text: string };
type Phrase = readonly Piece[];

/** A searchable list of phrases. */
export type PhraseList = {
  readonly byFirstWord: ReadonlyMap<string, readonly Phrase[]>;
  readonly byBeginning: readonly Phrase[];
};

const GAP_WORDS_MAX = 3;
const ARABIC_AND = 'و';

/** Makes a list searchable; done once when the code is loaded. */
export function compilePhrases(entries: readonly string[]): PhraseList {
  const byFirstWord = new Map<string, Phrase[]>();
  const byBeginning: Phrase[] = [];
  for (const phrase of entries.map(parsePhrase)) {
    const [first] = phrase;
    if (first === undefined) continue;
    if (first.kind === 'word') byFirstWord.set(first.text, [...(byFirstWord.get(first.text) ?? []), phrase]);
    else byBeginning.push(phrase);
  }
  return { byFirstWord, byBeginning };
}

/** Whether any phrase of the list stands somewhere in the tokens. */
export function hasPhrase(tokens: readonly string[], list: PhraseList): boolean {
  return tokens.some((_token, at) => endOfPhraseAt(tokens, list, at) !== null);
}

/** Where the longest phrase of the list that begins at a place ends (exclusive); null when none begins there. */
export function endOfPhraseAt(tokens: readonly string[], list: PhraseList, at: number): number | null {
  const token = tokens[at];
  if (token === undefined) return null;
  const candidates = spellings(token).flatMap((spelling) => list.byFirstWord.get(spelling) ?? []);
  const ends = [...candidates, ...list.byBeginning]
    .map((phrase) => matchFrom(tokens, at, phrase))
    .filter((end) => end !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** The places that phrases of the lists cover. */
export function coverage(tokens: readonly string[], lists: readonly PhraseList[]): boolean[] {
  const covered = tokens.map(() => false);
  for (const list of lists) {
    tokens.forEach((_token, at) => {
      const end = endOfPhraseAt(tokens, list, at);
      if (end !== null) covered.fill(true, at, end);
    });
  }
  return covered;
}

/** Whether the tokens are exactly one phrase of the list. */
export function isWholePhrase(tokens: readonly string[], list: PhraseList): boolean {
  return tokens.length > 0 && endOfPhraseAt(tokens, list, 0) === tokens.length;
}

function parsePhrase(entry: string): Phrase {
  return entry
    .split(/\s+/u)
    .filter((part) => part !== '')
    .flatMap(parsePart);
}

function parsePart(part: string): Piece[] {
  if (part === '*') return [{ kind: 'gap', text: '' }];
  const tokens = tokensOfEntry(part.replace(/~$/, ''));
  return tokens.map((text, index) => ({
    kind: part.endsWith('~') && index === tokens.length - 1 ? 'beginning' : 'word',
    text,
  }));
}

function matchFrom(tokens: readonly string[], at: number, phrase: Phrase): number | null {
  const [piece, ...rest] = phrase;
  if (piece === undefined) return at;
  if (piece.kind === 'gap') return matchAfterGap(tokens, at, rest);
  const token = tokens[at];
  if (token === undefined || !fits(token, piece)) return null;
  return matchFrom(tokens, at + 1, rest);
}

function matchAfterGap(tokens: readonly string[], at: number, rest: Phrase): number | null {
  for (let skipped = 0; skipped <= GAP_WORDS_MAX; skipped += 1) {
    const end = matchFrom(tokens, at + skipped, rest);
    if (end !== null) return end;
  }
  return null;
}

function fits(token: string, piece: Piece): boolean {
  return spellings(token).some((spelling) =>
    piece.kind === 'beginning' ? spelling.startsWith(piece.text) : spelling === piece.text,
  );
}

/** Arabic writes "and" together with the next word. */
function spellings(token: string): string[] {
  return token.startsWith(ARABIC_AND) && token.length > 3 ? [token, token.slice(1)] : [token];
}
