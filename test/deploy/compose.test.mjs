import { existsSync, readFileSync } from 'node:fs';
import { SETTING_NAMES, readApiConfig, readWorkerConfig } from '../../platform/config';
import { SEARCH_ATTRIBUTES } from '../../platform/temporal';
import { readComposeFile, readEnvExample } from '../../scripts/lib/stack/compose-file.mjs';

const example = readEnvExample();
const { services, networks, volumes } = readComposeFile(example);
const all = Object.entries(services);
const isJob = (service) => service.healthcheck?.disable === true;
const lasting = all.filter(([, service]) => !isJob(service));
/** Run to their end with every start; a tool is run when somebody wants it. */
const jobs = all.filter(([, service]) => isJob(service) && !service.profiles?.includes('tools'));

/** The parts of the product, by the file that they run. */
const PRODUCT = {
  api: 'dist/api/main.js',
  worker: 'dist/worker/main.js',
  simulator: 'dist/simulator/main.js',
};

const seconds = (duration) => {
  const [, count, unit] = /^(\d+)(s|m)$/.exec(duration);
  return Number(count) * (unit === 'm' ? 60 : 1);
};

/** Host, own port and where it is published: `127.0.0.1:3001:3000`. */
const published = all.flatMap(([name, { ports = [] }]) =>
  ports.map((port) => {
    const [host, outside, inside] = port.split(':');
    return { name, host, outside, inside };
  }),
);

describe('settings in docker-compose.yml', () => {
  test.each(['api', 'worker'])('give the %s every setting that its code reads, and no other', (part) => {
    const ofSdk = ['TEMPORAL_NAMESPACE'];
    expect(Object.keys(services[part].environment).sort()).toEqual([...SETTING_NAMES[part], ...ofSdk].sort());
  });

  test('with a filled-in .env are right for API and worker', () => {
    expect(() => readApiConfig(services.api.environment)).not.toThrow();
    expect(() => readWorkerConfig(services.worker.environment)).not.toThrow();
  });

  test('give the doctor those of API and worker', () => {
    const both = { ...services.worker.environment, ...services.api.environment };
    expect(services.doctor.environment).toEqual(both);
  });

  test('leave to the default what a nearly empty .env leaves out', () => {
    const required = Object.fromEntries(
      [...readFileSync('docker-compose.yml', 'utf8').matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => [
        name,
        example[name],
      ]),
    );
    const sparse = readComposeFile(required).services;
    expect(() => readApiConfig(sparse.api.environment)).not.toThrow();
    expect(() => readWorkerConfig(sparse.worker.environment)).not.toThrow();
  });

  test('are all named in .env.example, secrets as well', () => {
    const asked = [...readFileSync('docker-compose.yml', 'utf8').matchAll(/\$\{([A-Z_]+)/g)].map(
      ([, name]) => name,
    );
    expect(asked.filter((name) => !Object.hasOwn(example, name))).toEqual([]);
  });

  test('refuse to start without a secret', () => {
    for (const secret of [
      'POSTGRES_PASSWORD',
      'WHATSAPP_ACCESS_TOKEN',
      'HUBSPOT_ACCESS_TOKEN',
      'GRAFANA_PASSWORD',
    ])
      expect(() => readComposeFile({ ...example, [secret]: '' })).toThrow(secret);
  });

  test.each([
    ['simulator', 'simulator/main.ts'],
    ['migrate', 'scripts/migrate.mjs'],
  ])('give the %s every setting that its code reads, and no other', (part, file) => {
    const read = new Set(readFileSync(file, 'utf8').match(/\b[A-Z]+(_[A-Z]+)+\b/g));
    expect(Object.keys(services[part].environment).sort()).toEqual([...read].sort());
  });

  test('carry passwords of Postgres and Temporal to those alone who need them', () => {
    const values = { ...example, POSTGRES_PASSWORD: 'of-postgres', TEMPORAL_DB_PASSWORD: 'of-temporal' };
    const holders = (secret) =>
      Object.entries(readComposeFile(values).services)
        .filter(([, { environment = {} }]) => Object.values(environment).join(' ').includes(secret))
        .map(([name]) => name);
    expect(holders('of-postgres')).toEqual(['postgres']);
    expect(holders('of-temporal')).toEqual(['postgres', 'temporal-schema', 'temporal']);
  });
});

describe('each service in docker-compose.yml', () => {
  test.each(lasting)('%s tells whether it is healthy, in time', (_, { healthcheck }) => {
    expect(healthcheck.test[0]).toBe('CMD');
    expect(seconds(healthcheck.timeout)).toBeLessThanOrEqual(seconds(healthcheck.interval));
    expect(healthcheck.retries).toBeGreaterThan(0);
    expect(healthcheck.start_period).toBeDefined();
  });

  test.each(lasting)('%s starts again after a crash and is given time to end', (_, service) => {
    expect(service.restart).toBe('unless-stopped');
    expect(seconds(service.stop_grace_period)).toBeGreaterThanOrEqual(10);
  });

  test.each(jobs)('%s runs to its end, tries again, and somebody waits for it', (name, service) => {
    expect(service.restart).toMatch(/^on-failure:\d+$/);
    const waiting = all.filter(([, { depends_on: needs = {} }]) => needs[name] !== undefined);
    expect(waiting.map(([, { depends_on: needs }]) => needs[name].condition)).toContain(
      'service_completed_successfully',
    );
  });

  test.each(all)('%s can change nothing but its volumes and gains no rights', (_, service) => {
    expect(service.read_only).toBe(true);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.cap_drop).toEqual(['ALL']);
    const [uid] = service.user.split(':');
    expect(Number(uid)).toBeGreaterThan(0);
  });

  test.each(all)('%s has limits', (_, service) => {
    expect(service.cpus).toBeGreaterThan(0);
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(service.logging.options).toEqual({ 'max-size': '10m', 'max-file': '5' });
  });

  test.each(all)('%s is an image of a named version', (_, { image, build }) => {
    if (build !== undefined) return expect(image).toBe('continuo');
    expect(image).toMatch(/^[a-z/-]+:v?\d+\.\d+(\.\d+)?(-bookworm)?(@sha256:[0-9a-f]{64})?$/);
  });

  test.each(all)('%s is on networks that exist, and mounts what is there', (_, service) => {
    const { networks: joined, volumes: mounts = [] } = service;
    for (const name of Array.isArray(joined) ? joined : Object.keys(joined))
      expect(networks).toHaveProperty(name);
    for (const [source] of mounts.map((mount) => mount.split(':')))
      expect(source.startsWith('./') ? existsSync(source) : Object.hasOwn(volumes, source)).toBe(true);
  });

  test.each(all)('%s waits only for what can come true', (_, { depends_on: needs = {} }) => {
    for (const [name, { condition }] of Object.entries(needs))
      expect(condition).toBe(isJob(services[name]) ? 'service_completed_successfully' : 'service_healthy');
  });
});

describe('the parts in docker-compose.yml', () => {
  test('come up in this order', () => {
    const order = [];
    const start = (name) => {
      if (order.includes(name)) return;
      Object.keys(services[name].depends_on ?? {}).forEach(start);
      order.push(name);
    };
    start('worker');
    expect(order).toEqual([
      ...['postgres', 'migrate', 'temporal-schema', 'temporal', 'temporal-namespace', 'worker'],
    ]);
  });

  test.each(Object.entries(PRODUCT))('%s runs the one image', (name, file) => {
    expect(services[name]).toMatchObject({ image: 'continuo', build: '.', command: ['node', file] });
    expect(existsSync(file.replace(/^dist/, '.').replace(/js$/, 'ts'))).toBe(true);
  });

  test.each(['api', 'worker'])('%s is given the time to end that it is told of and checks', (part) => {
    const name = `${part.toUpperCase()}_STOP_GRACE_SECONDS`;
    for (const given of ['', '90']) {
      const service = readComposeFile({ ...readEnvExample(), [name]: given }).services[part];
      expect(seconds(service.stop_grace_period)).toBe(Number(service.environment[name]));
    }
    const deadline = { [`${part.toUpperCase()}_SHUTDOWN_MS`]: '3600000' };
    const { environment } = readComposeFile({ ...readEnvExample(), ...deadline }).services[part];
    const read = part === 'api' ? readApiConfig : readWorkerConfig;
    expect(() => read(environment)).toThrow(`${name}: must be longer`);
  });

  test('tell their health at the port on which they listen', () => {
    const { api, worker, simulator } = services;
    const urlOf = ({ healthcheck }) => healthcheck.test.at(-1);
    expect(urlOf(api)).toBe(`http://127.0.0.1:${api.environment.API_PORT}/health/ready`);
    expect(urlOf(worker)).toBe(`http://127.0.0.1:${worker.environment.WORKER_METRICS_PORT}/metrics`);
    expect(urlOf(simulator)).toBe(`http://127.0.0.1:${simulator.environment.SIMULATOR_PORT}/health/live`);
  });

  test('are published to this machine alone, each at a port of its own that it listens on', () => {
    expect(published.filter(({ host }) => host !== '127.0.0.1')).toEqual([]);
    expect(new Set(published.map(({ outside }) => outside)).size).toBe(published.length);
    for (const { name, inside } of published)
      expect(services[name].healthcheck.test.join(' ')).toContain(inside);
    expect(published.map(({ name }) => name)).not.toContain('postgres');
  });

  test('call each other at ports that are listened on', () => {
    const { environment } = services.worker;
    expect(environment.TEMPORAL_ADDRESS).toBe('temporal:7233');
    expect(services.temporal.healthcheck.test.at(-1)).toBe('7233');
    expect(services.simulator.environment.WHATSAPP_WEBHOOK_URL).toBe(
      `http://api:${services.api.environment.API_PORT}/webhooks/whatsapp`,
    );
    expect(new URL(environment.DATABASE_URL).host).toBe('postgres:5432');
  });

  test('share the folder of files, and no other network than is needed leads out', () => {
    for (const part of ['api', 'worker']) {
      expect(services[part].volumes).toEqual(['media-data:/data/media']);
      expect(services[part].environment.MEDIA_FOLDER).toBe('/data/media');
    }
    expect(services.postgres.networks).toEqual(['store']);
    expect(networks.store).toEqual({ internal: true });
  });
});

describe('the job of the namespace', () => {
  test('registers the search attributes that the worker asks for', () => {
    const script = readFileSync('deploy/temporal-namespace.sh', 'utf8');
    const registered = [...script.matchAll(/^register (\w+) (\w+)$/gm)].map(([, name, type]) => [
      name,
      type.toUpperCase(),
    ]);
    expect(Object.fromEntries(registered)).toEqual(SEARCH_ATTRIBUTES);
  });
});
