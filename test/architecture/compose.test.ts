import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readApiConfig, readWorkerConfig } from '../../platform/config';

const ROOT = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const compose = z
  .object({
    services: z.record(
      z.string(),
      z.looseObject({
        environment: z.record(z.string(), z.string()).default({}),
        volumes: z.array(z.string()).default([]),
        depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
        healthcheck: z.unknown().optional(),
      }),
    ),
  })
  .parse(parse(read('docker-compose.yml'), { merge: true }));

const example = Object.fromEntries(
  read('.env.example')
    .split('\n')
    .filter((line) => /^[A-Z_]+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);

describe('docker-compose.yml', () => {
  test('with a filled-in .env gives API and worker every setting they need', () => {
    const settings = (service: string) => ({ ...example, ...compose.services[service]?.environment });
    expect(() => readApiConfig(settings('api'))).not.toThrow();
    expect(() => readWorkerConfig(settings('worker'))).not.toThrow();
  });

  test('names every secret that it asks for in .env.example', () => {
    const asked = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1] ?? '');
    expect(asked.filter((name) => !Object.hasOwn(example, name))).toEqual([]);
  });

  test('mounts only files that are there', () => {
    const mounted = Object.values(compose.services).flatMap((service) => service.volumes);
    const files = mounted
      .filter((volume) => volume.startsWith('./'))
      .map((volume) => volume.split(':')[0] ?? '');
    expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  test('waits only for services that exist, and for the health only of those that tell it', () => {
    const waits = Object.values(compose.services).flatMap((service) => Object.entries(service.depends_on));
    const broken = waits.filter(([name, { condition }]) => {
      const service = compose.services[name];
      return service === undefined || (condition === 'service_healthy' && service.healthcheck === undefined);
    });
    expect(broken).toEqual([]);
  });
});
