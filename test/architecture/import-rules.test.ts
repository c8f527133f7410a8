import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

const ROOT = path.resolve(__dirname, '../..');
const CONFIG = '.dependency-cruiser.cjs';
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
  'test',
];

/** One line of code that breaks a rule. A rule that stops firing fails here instead of passing silently. */
const PROBES: [rule: string, folder: string, source: string][] = [
  ['domain-has-no-packages', 'domain', "import { z } from 'zod'; export const probe = z;"],
  [
    'domain-has-no-packages',
    'domain',
    "import { randomUUID } from 'node:crypto'; export const probe = randomUUID;",
  ],
  ['domain-has-no-packages', 'domain', "import type { Pool } from 'pg'; export type Probe = Pool;"],
  [
    'domain-imports',
    'domain',
    "import type { Logger } from '../platform/logger'; export type Probe = Logger;",
  ],
  [
    'domain-imports',
    'domain',
    "import { readTurn } from '../store/turn.store'; export const probe = readTurn;",
  ],
  [
    'workflows-imports',
    'workflows',
    "import { createActivities } from '../activities'; export const probe = createActivities;",
  ],
  [
    'workflows-imports',
    'workflows',
    "import { createLogger } from '../platform/logger'; export const probe = createLogger;",
  ],
  [
    'workflow-types-only-from-activities',
    'workflows',
    "import type { Logger } from '../platform/logger'; export type Probe = Logger;",
  ],
  [
    'workflow-types-only-from-activities',
    'workflows',
    "import type { Turn } from '../store/turn.store'; export type Probe = Turn;",
  ],
  ['workflow-packages', 'workflows', "import { log } from '@temporalio/activity'; export const probe = log;"],
  ['workflow-packages', 'workflows', "import { z } from 'zod'; export const probe = z;"],
  [
    'workflow-packages',
    'workflows',
    "import { readFileSync } from 'node:fs'; export const probe = readFileSync;",
  ],
  [
    'store-imports',
    'store',
    "import { createActivities } from '../activities'; export const probe = createActivities;",
  ],
  [
    'store-imports',
    'store',
    "import type { Activities } from '../activities'; export type Probe = Activities;",
  ],
  ['store-imports', 'store', "import { look } from '../workflows/contract'; export const probe = look;"],
  [
    'activities-imports',
    'activities',
    "import { look } from '../workflows/contract'; export const probe = look;",
  ],
  [
    'activities-imports',
    'activities',
    "import { createWorkers } from '../worker/workers'; export const probe = createWorkers;",
  ],
  [
    'platform-imports',
    'platform',
    "import { readTurn } from '../store/turn.store'; export const probe = readTurn;",
  ],
  ['api-imports', 'api', "import { conversation } from '../workflows'; export const probe = conversation;"],
  [
    'api-imports',
    'api',
    "import { createActivities } from '../activities'; export const probe = createActivities;",
  ],
  [
    'api-types-only-from-workflows',
    'api',
    "import type { Activities } from '../activities'; export type Probe = Activities;",
  ],
  [
    'worker-imports',
    'worker',
    "import { conversation } from '../workflows'; export const probe = conversation;",
  ],
  ['worker-imports', 'worker', "import type {} from '../simulator/main'; export const probe = 1;"],
  [
    'simulator-imports',
    'simulator',
    "import { createLogger } from '../platform/logger'; export const probe = createLogger;",
  ],
  [
    'simulator-imports',
    'simulator',
    "import { look } from '../workflows/contract'; export const probe = look;",
  ],
  [
    'scripts-imports',
    'scripts',
    "import { createActivities } from '../activities'; export const probe = createActivities;",
  ],
  ['sql-only-in-platform-or-store', 'activities', "import { Pool } from 'pg'; export const probe = Pool;"],
  ['sql-only-in-platform-or-store', 'worker', "import { Pool } from 'pg'; export const probe = Pool;"],
  [
    'no-circular',
    'store',
    "import { probe as self } from './probe-circle'; export const probe: unknown = self;",
  ],
  [
    'no-test-code-in-product',
    'api',
    "import { waitFor } from '../test/support/wait-for'; export const probe = waitFor;",
  ],
  [
    'no-test-code-in-product',
    'scripts',
    "import { waitFor } from '../test/support/wait-for'; export const probe = waitFor;",
  ],
  ['no-dev-packages-in-product', 'api', "import request from 'fast-check'; export const probe = request;"],
  [
    'no-dev-packages-in-product',
    'store',
    "import { expect } from '@temporalio/testing'; export const probe = expect;",
  ],
  ['not-to-unresolvable', 'platform', "import { nothing } from './not-there'; export const probe = nothing;"],
];
const PLANTED = PROBES.map(([rule, folder, source], index) => ({
  rule,
  source,
  file: `${folder}/probe-${rule === 'no-circular' ? 'circle' : index + 1}.ts`,
}));

const violation = z.looseObject({ from: z.string(), rule: z.looseObject({ name: z.string() }) });
const cruised = z.looseObject({ summary: z.looseObject({ violations: z.array(violation) }) });
const config = z.looseObject({ forbidden: z.array(z.looseObject({ name: z.string() })) });

/** Runs the cruiser over a copy of the code in which every probe is planted. */
function cruise(): z.infer<typeof violation>[] {
  const copy = mkdtempSync(path.join(tmpdir(), 'import-rules-'));
  try {
    for (const entry of [...FOLDERS, 'tsconfig.json', 'package.json', CONFIG])
      cpSync(path.join(ROOT, entry), path.join(copy, entry), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    for (const { file, source } of PLANTED) writeFileSync(path.join(copy, file), source);
    const bin = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const report = execFileSync(
      process.execPath,
      [bin, ...FOLDERS, '--config', CONFIG, '--output-type', 'json'],
      { cwd: copy, encoding: 'utf8', maxBuffer: 1e8 },
    );
    return cruised.parse(JSON.parse(report)).summary.violations;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

describe('the import rules', () => {
  let violations: z.infer<typeof violation>[];
  beforeAll(() => {
    violations = cruise();
  });

  it.each(PLANTED)('$rule reports $file', ({ rule, file }) => {
    const reported = violations.filter(({ from }) => from === file).map((one) => one.rule.name);
    expect(reported).toContain(rule);
  });

  it('are broken by nothing but the probes', () => {
    expect(violations.filter(({ from }) => !from.includes('/probe-'))).toEqual([]);
  });

  it('all have a probe', async () => {
    const { default: rules } = z
      .looseObject({ default: config })
      .parse(await import(path.join(ROOT, CONFIG)));
    const names = new Set(rules.forbidden.map(({ name }) => name));
    expect([...names].sort()).toEqual([...new Set(PROBES.map(([rule]) => rule))].sort());
  });
});
