const TRANSFORM = {
  // .mjs: the tests of scripts/; they become CommonJS here, because jest runs ES modules only behind a flag.
  '^.+\\.(ts|mjs)$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
};
const ON_SERVERS = ['component', 'api', 'activity', 'e2e'];
const ON_SKIPPED_TIME = ['workflow', 'replay'];

/** One project per level: what it needs decides how long a single test may take. */
const project = (displayName, testTimeout, folders) => ({
  displayName,
  testEnvironment: 'node',
  transform: TRANSFORM,
  moduleFileExtensions: ['ts', 'mjs', 'cjs', 'js', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/', '<rootDir>/.cache/'],
  setupFiles: ['<rootDir>/test/support/network-guard.cjs'],
  testTimeout,
  ...folders,
});

const inFolders = (names) => ({ testMatch: names.map((name) => `<rootDir>/test/${name}/**/*.test.ts`) });

module.exports = {
  // Two, whatever the machine: a component test starts several processes of its own.
  maxWorkers: 2,
  projects: [
    project('unit', 30_000, {
      testMatch: ['<rootDir>/test/**/*.test.{ts,mjs}'],
      testPathIgnorePatterns: [...ON_SERVERS, ...ON_SKIPPED_TIME].map((name) => `<rootDir>/test/${name}/`),
    }),
    project('workflow', 90_000, inFolders(ON_SKIPPED_TIME)),
    project('component', 120_000, inFolders(ON_SERVERS)),
  ],
};
