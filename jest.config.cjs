const TRANSFORM = {
  // .mjs: the tests of scripts/; they become CommonJS here, because jest runs ES modules only behind a flag.
  '^.+\\.(ts|mjs)$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
};
const ON_SERVERS = ['component', 'api', 'activity', 'browser'];
const hasBrowser = Boolean(process.env.TEST_CHROMIUM_PATH);
const ON_SKIPPED_TIME = ['workflow', 'replay'];

/** One project per level, by what its tests need. */
const project = (displayName, folders) => ({
  displayName,
  testEnvironment: 'node',
  transform: TRANSFORM,
  moduleFileExtensions: ['ts', 'mjs', 'cjs', 'js', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/', '<rootDir>/.cache/'],
  setupFiles: ['<rootDir>/test/support/network-guard.cjs'],
  ...folders,
});

const inFolders = (names) => ({ testMatch: names.map((name) => `<rootDir>/test/${name}/**/*.test.ts`) });

module.exports = {
  // Two, whatever the machine: a component test starts several processes of its own.
  maxWorkers: 2,
  // Jest reads these here only, never in a project. The time only keeps a run from hanging: waits in tests give up earlier,
  // and say what they waited for.
  testTimeout: 600_000,
  maxConcurrency: 12,
  projects: [
    project('unit', {
      testMatch: ['<rootDir>/test/**/*.test.{ts,mjs}'],
      testPathIgnorePatterns: [...ON_SERVERS, ...ON_SKIPPED_TIME].map((name) => `<rootDir>/test/${name}/`),
    }),
    project('workflow', inFolders(ON_SKIPPED_TIME)),
    // The runner says so where there is no browser.
    project('component', inFolders(ON_SERVERS.filter((name) => name !== 'browser' || hasBrowser))),
  ],
};
