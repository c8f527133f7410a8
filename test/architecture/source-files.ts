import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const NOT_OURS = new Set(['node_modules', '.git', '.cache', '.data', 'dist', 'coverage']);
const CODE = /\.(ts|tsx|mjs|cjs|js)$/;

export type SourceFile = { readonly file: string; readonly text: string };

/** Every file of the repository with its text, by its path from the root. */
export function sourceFiles(): readonly SourceFile[] {
  return filesIn('').map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));
}

/** Lines of a code file that are neither empty nor comment. */
export function codeLines(text: string): number {
  const isCode = (line: string): boolean => line !== '' && !/^(\/\/|\/\*|\*)/.test(line);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(isCode).length;
}

export function isCode({ file }: SourceFile): boolean {
  return CODE.test(file);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const place = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesIn(place);
    return entry.isFile() && !/^\.env$|\.tsbuildinfo$/.test(entry.name) ? [place] : [];
  });
}
