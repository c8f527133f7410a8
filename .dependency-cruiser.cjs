/** Allowed edges between top-level folders. Anything not listed is an error. */
const FOLDERS = [
  'domain',
  'workflows',
  'store',
  'activities',
  'api',
  'worker',
  'platform',
  'simulator',
  'scripts',
  'bench',
  'test',
];
const MAY_IMPORT = {
  domain: [],
  workflows: ['domain'],
  store: ['domain', 'platform'],
  activities: ['domain', 'platform', 'store'],
  platform: ['domain'],
  api: ['domain', 'platform', 'store'], // plus workflows/contract.ts, below
  worker: ['activities', 'platform', 'store'], // plus workflows/contract.ts, below
  simulator: [], // plays other people's services: shares no code with the product
  scripts: ['platform', 'store'], // plus workflows/contract.ts, below
};
const TYPE_ONLY = ['type-only', 'type-import'];
const CONTRACT = '^workflows/contract\\.ts$';
const forbidden = Object.entries(MAY_IMPORT).map(([from, allowed]) => ({
  name: `${from}-imports`,
  severity: 'error',
  comment: `${from}/ may import: ${['itself', ...allowed].join(', ')}. See docs/ARCHITECTURE.md.`,
  from: { path: `^${from}/` },
  to: {
    path: `^(${FOLDERS.join('|')})/`,
    pathNot: [
      `^(${[from, ...allowed].join('|')})/`,
      ...(['api', 'worker', 'scripts'].includes(from) ? [CONTRACT] : []),
    ],
    dependencyTypesNot: ['workflows', 'api'].includes(from) ? TYPE_ONLY : [],
  },
}));
forbidden.push(
  {
    name: 'workflow-types-only-from-activities',
    severity: 'error',
    from: { path: '^workflows/' },
    to: { path: `^(${FOLDERS.join('|')})/`, pathNot: '^(workflows|domain|activities)/' },
  },
  {
    name: 'api-types-only-from-workflows',
    severity: 'error',
    from: { path: '^api/' },
    to: { path: `^(${FOLDERS.join('|')})/`, pathNot: '^(api|domain|platform|store|workflows)/' },
  },
  {
    name: 'domain-has-no-packages',
    severity: 'error',
    from: { path: '^domain/' },
    to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'core'] },
  },
  {
    name: 'workflow-packages',
    severity: 'error',
    from: { path: '^workflows/' },
    to: {
      dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'core'],
      pathNot: 'node_modules/@temporalio/(workflow|common)/',
    },
  },
  {
    name: 'sql-only-in-platform-or-store',
    severity: 'error',
    from: { pathNot: '^(platform|store|api/(ingest|read)|scripts|bench|test)/' },
    to: { path: 'node_modules/pg/', dependencyTypesNot: TYPE_ONLY },
  },
  { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'no-test-code-in-product',
    severity: 'error',
    from: { pathNot: '^test/' },
    to: { path: '^test/' },
  },
  {
    name: 'no-dev-packages-in-product',
    severity: 'error',
    from: { pathNot: '^(test|bench|simulator|scripts)/' },
    to: {
      dependencyTypes: ['npm-dev'],
      dependencyTypesNot: TYPE_ONLY,
      pathNot: 'node_modules/@types/',
    },
  },
  { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
);
module.exports = {
  forbidden,
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.d.ts'],
    },
  },
};
