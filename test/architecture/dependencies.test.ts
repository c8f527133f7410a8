import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const ROOT = path.resolve(__dirname, '../..');
const versions = z.record(z.string(), z.string());
const manifest = z.looseObject({ dependencies: versions, devDependencies: versions });
const lockfile = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })),
});

function readJson(file: string): unknown {
  const parsed: unknown = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
  return parsed;
}

describe('the dependencies', () => {
  const { dependencies, devDependencies } = manifest.parse(readJson('package.json'));
  const locked = Object.entries(lockfile.parse(readJson('package-lock.json')).packages);

  it('are pinned to exact versions', () => {
    const all = Object.entries({ ...dependencies, ...devDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('of Temporal are all of one version', () => {
    const temporal = locked.filter(([place]) => place.includes('node_modules/@temporalio/'));
    expect(new Set(temporal.map(([, entry]) => entry.version))).toEqual(
      new Set([dependencies['@temporalio/worker']]),
    );
  });

  // Several copies of protobufjs 8 make every replay of a JSON history fail.
  it('hold one protobufjs 8, and older ones only where no history is read', () => {
    const copies = locked.filter(([place]) => place.endsWith('node_modules/protobufjs'));
    const newer = copies.filter(([, entry]) => entry.version?.startsWith('8.'));
    expect(newer.map(([place]) => place)).toEqual(['node_modules/protobufjs']);
    expect(copies.filter((copy) => !newer.includes(copy)).map(([place]) => place)).toEqual([
      'node_modules/@grpc/proto-loader/node_modules/protobufjs',
      'node_modules/@opentelemetry/otlp-transformer/node_modules/protobufjs',
    ]);
  });
});
