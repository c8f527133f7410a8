import { readFileSync, readdirSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { REASONS } from '../../domain/conversation/reasons';
import { measureProcess, registry } from '../../platform/metrics';
import { readComposeFile, readEnvExample } from '../../scripts/lib/stack/compose-file.mjs';
import { EVENTS_AT_FRESH_RUN } from '../../workflows/contract';

const { services } = readComposeFile(readEnvExample());
const prometheus = parse(readFileSync('deploy/prometheus/prometheus.yml', 'utf8'));
const { groups } = parse(readFileSync('deploy/prometheus/alerts.yml', 'utf8'));
const rules = groups.flatMap((group) => group.rules).map((rule) => [rule.alert, rule]);
const boards = readdirSync('deploy/grafana/dashboards').map((file) => [
  file,
  JSON.parse(readFileSync(`deploy/grafana/dashboards/${file}`, 'utf8')),
]);

/** Every expression that Prometheus is asked, with the place where it stands. */
const expressions = [
  ...rules.map(([name, { expr }]) => [`alarm ${name}`, expr]),
  ...boards.flatMap(([file, { panels }]) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [`${file}, ${title}`, expr])),
  ),
];

/** The names of the series that an expression reads, and the labels that it asks for; throws where it is not PromQL. */
function readingsOf(expression) {
  const metrics = [];
  const textOf = (node) => expression.slice(node.from, node.to);
  parser.parse(expression).iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`);
      if (node.name === 'VectorSelector') metrics.push(textOf(node.node.getChild('Identifier')));
    },
  });
  return metrics;
}

/** What a process of the product tells by itself: counters, gauges, and the series of each histogram. */
function ownSeries() {
  measureProcess('test');
  return registry
    .getMetricsAsArray()
    .flatMap((metric) => seriesOf(metric.name, metric.buckets !== undefined));
}

function seriesOf(name, isHistogram) {
  return isHistogram ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name];
}

/** What the Temporal SDK can tell, from its own list, with the suffixes that worker/workers.ts asks for. */
function sdkSeries() {
  const crates = 'node_modules/@temporalio/core-bridge/sdk-core/crates';
  const source = ['client/src', 'common/src/telemetry', 'sdk-core/src/telemetry']
    .map((folder) => readFileSync(`${crates}/${folder}/metrics.rs`, 'utf8'))
    .join();
  const names = [...source.matchAll(/"([a-z_]+)"/g)].map(([, name]) => `temporal_${name}`);
  return names.flatMap((name) => [name, `${name}_total`, ...seriesOf(`${name}_seconds`, true)]);
}

const own = ownSeries();
const known = new Set([...own, ...sdkSeries(), ...seriesOf(EVENTS_AT_FRESH_RUN, true), 'up']);

describe('what Prometheus is asked', () => {
  test.each(expressions)('by %s is PromQL over series that the parts tell', (_, expression) => {
    const metrics = readingsOf(expression);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((name) => !known.has(name))).toEqual([]);
  });

  test('that is not PromQL, or a series nobody tells, is noticed', () => {
    expect(() => readingsOf('sum(rate(x[5m])')).toThrow('not PromQL');
    expect(readingsOf('max(continuo_no_such_thing) > 0').every((name) => known.has(name))).toBe(false);
  });

  test('covers every figure that stands in Postgres', () => {
    const asked = new Set(expressions.flatMap(([, expression]) => readingsOf(expression)));
    const gauges = own.filter((name) => name.startsWith('continuo_') && !/_(sum|bucket)$/.test(name));
    expect(gauges.filter((name) => !asked.has(name))).toEqual([]);
  });
});

describe('the alarms', () => {
  test('have names of their own', () => {
    expect(new Set(rules.map(([name]) => name)).size).toBe(rules.length);
  });

  test.each(rules)(
    '%s says how urgent it is, what is the matter, and where to read what to do',
    (name, rule) => {
      expect(['page', 'ticket']).toContain(rule.labels.severity);
      expect(rule.annotations.summary).toMatch(/\.$/);
      const section = sectionAt(rule.annotations.runbook);
      expect([name, ...readingsOf(rule.expr)].some((word) => section.includes(baseOf(word)))).toBe(true);
    },
  );
});

test('what the alarm on failing sends leaves out are reasons of the gate, and what only WhatsApp causes is not among them', () => {
  const { expr } = Object.fromEntries(rules).SendsFail;
  const [, left] = /reason!~"gate\.\(([a-z_|]+)\)"/.exec(expr);
  const codes = left.split('|').map((word) => `gate.${word}`);
  expect(codes.filter((code) => !Object.hasOwn(REASONS, code))).toEqual([]);
  for (const kept of ['gate.window', 'gate.unreachable', 'gate.no_address', 'gate.first_contacts'])
    expect(codes).not.toContain(kept);
});

describe('prometheus.yml', () => {
  const targets = prometheus.scrape_configs.flatMap(
    ({ job_name: job, dns_sd_configs: dns = [], static_configs: fixed = [] }) => [
      ...dns.flatMap(({ names, port }) => names.map((host) => ({ job, host, port: String(port) }))),
      ...fixed.flatMap(({ targets: list }) =>
        list.map((target) => ({ job, host: target.split(':')[0], port: target.split(':')[1] })),
      ),
    ],
  );
  const aliasOf = (part) => services[part].networks.watch.aliases[0];

  test('asks each part at the port where it tells', () => {
    const { api, worker, temporal } = services;
    expect(targets).toEqual([
      { job: 'api', host: aliasOf('api'), port: api.environment.API_METRICS_PORT },
      { job: 'worker', host: aliasOf('worker'), port: worker.environment.WORKER_METRICS_PORT },
      {
        job: 'worker-temporal',
        host: aliasOf('worker'),
        port: worker.environment.WORKER_TEMPORAL_METRICS_PORT,
      },
      { job: 'temporal', host: 'temporal', port: temporal.environment.PROMETHEUS_ENDPOINT.split(':')[1] },
    ]);
    for (const part of ['api', 'worker']) expect(services[part].environment.METRICS_HOST).toBe('0.0.0.0');
  });

  test('reads the alarms from where they are mounted, and they name jobs that are asked', () => {
    expect(prometheus.rule_files).toEqual(['/etc/prometheus/alerts.yml']);
    expect(services.prometheus.volumes).toContain('./deploy/prometheus:/etc/prometheus:ro');
    const jobs = new Set(targets.map(({ job }) => job));
    const named = expressions.flatMap(([, expression]) =>
      [...expression.matchAll(/job="([^"]+)"/g)].map(([, job]) => job),
    );
    expect(named.filter((job) => !jobs.has(job))).toEqual([]);
  });
});

describe('Grafana', () => {
  const provider = parse(readFileSync('deploy/grafana/provisioning/dashboards/continuo.yml', 'utf8'))
    .providers[0];
  const [source] = parse(
    readFileSync('deploy/grafana/provisioning/datasources/prometheus.yml', 'utf8'),
  ).datasources;

  test('asks the Prometheus of docker-compose.yml', () => {
    expect(source.url).toBe('http://prometheus:9090');
    expect(services.prometheus.ports[0].endsWith(':9090')).toBe(true);
  });

  test('reads its dashboards from where they are mounted', () => {
    const mounted = services.grafana.volumes.map((mount) => mount.split(':'));
    expect(mounted).toContainEqual(['./deploy/grafana/dashboards', provider.options.path, 'ro']);
    expect(mounted).toContainEqual(['./deploy/grafana/provisioning', '/etc/grafana/provisioning', 'ro']);
  });

  test.each(boards)(
    '%s shows panels that do not cover each other, all from that Prometheus',
    (_, { panels, uid }) => {
      expect(uid).toMatch(/^continuo-/);
      expect(panels.filter(({ datasource }) => datasource.uid !== source.uid)).toEqual([]);
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
    },
  );
});

/** The part of a document under the heading that a link names. */
function sectionAt(link) {
  const [file, anchor] = link.split('#');
  const sections = readFileSync(file, 'utf8').split(/^#+ /m);
  const found = sections.find(
    (section) => section.split('\n')[0].toLowerCase().replaceAll(' ', '-') === anchor,
  );
  if (found === undefined) throw new Error(`${file} has no section #${anchor}`);
  return found;
}

/** A series as people name it: without the parts of a histogram; that a part is down, by the name of its health. */
function baseOf(series) {
  return series === 'up' ? 'no API answers' : series.replace(/_(bucket|count|sum)$/, '');
}
