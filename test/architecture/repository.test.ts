import { codeLines, isCode, sourceFiles } from './source-files';

const CODE_LINES_MAX = 300;

/** What belongs to the machine on which somebody worked, and to no other. */
const WORKPLACE: [what: string, pattern: RegExp][] = [
  ['a folder of somebody', /(?<![\w.$}])\/(home|Users)\/(?!node\b)[a-z][\w-]*\//],
  ['a folder of a machine', /(?<![\w.$}/])\/(work|root|workspace|builds|mnt)\/[\w.]/],
  ['a folder beside the repository', /(?<![\w.])\.\.\/shared\//],
  ['a package registry', /\b(registry|npm|pypi|proxy|mirror|artifactory|nexus)\.[a-z0-9-]+\.[a-z]{2,}\b/i],
  ['a local package index', /https?:\/\/[^\s'"`]+\/(simple|api\/npm|repository)\//],
];

describe('the repository', () => {
  const files = sourceFiles();

  it.each(WORKPLACE)('names nowhere %s', (_, pattern) => {
    const found = files.flatMap(({ file, text }) => {
      const match = pattern.exec(text);
      return match === null ? [] : [`${file}: ${match[0]}`];
    });
    expect(found).toEqual([]);
  });

  it(`holds no code file of more than ${CODE_LINES_MAX} lines`, () => {
    const long = files
      .filter((one) => isCode(one) && codeLines(one.text) > CODE_LINES_MAX)
      .map(({ file, text }) => `${file}: ${codeLines(text)}`);
    expect(long).toEqual([]);
  });

  it('is read whole: the checks above see its code and its documents', () => {
    const names = files.map(({ file }) => file);
    expect(names).toEqual(
      expect.arrayContaining([
        'package.json',
        'workflows/conversation.ts',
        'docs/ARCHITECTURE.md',
        '.ci/run',
      ]),
    );
  });
});
