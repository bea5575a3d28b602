import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { createApiMetrics } from '../../../src/metrics/api-metrics.ts';
import { createJobMetrics } from '../../../src/metrics/job-metrics.ts';
import { machineRegistry } from '../../../src/metrics/machine.ts';
import { watchProcess } from '../../../src/metrics/registry.ts';
import { storeRegistry } from '../../../src/metrics/store.ts';
import { errorCodes } from '../../../src/shared/errors.ts';
import { root } from '../../support/program.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Panel = { readonly title: string; readonly targets: readonly { readonly expr: string }[] };
const dashboard = JSON.parse(read('deploy/grafana/larkstat.json')) as { panels: readonly Panel[] };
type Rule = { readonly alert: string; readonly expr: string };
const alerts = parseYaml(read('deploy/prometheus/alerts.yml')) as {
  groups: readonly { rules: readonly Rule[] }[];
};
const expressions = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => [alert, expr] as const)),
];

type Metric = {
  readonly labelNames: readonly string[];
  get(): Promise<{ readonly name: string; readonly type: string }>;
};

/** A metric as a registry has it. */
type Known = { readonly name: string; readonly type: string; readonly labels: readonly string[] };

async function allMetrics(): Promise<readonly Known[]> {
  const node = new Registry();
  watchProcess(node);
  const sources = { requests: () => [], subscribers: () => ({ sse: 0, websocket: 0 }), cache: () => null };
  const registries = [
    createApiMetrics('api', { ...sources, pools: () => [], pictures: () => null }).registry,
    createJobMetrics(() => []).registry,
    machineRegistry('.'),
    storeRegistry(() => Promise.reject(new Error('none here'))),
    node,
  ];
  const metrics = registries.flatMap((registry) => registry.getMetricsAsArray());
  return Promise.all(
    metrics.map(async (metric) => {
      const { labelNames, get } = metric as unknown as Metric; // safe: each metric of prom-client has them
      const { name, type } = await get.call(metric);
      return { name, type, labels: [...labelNames, 'process', 'instance', 'job'] };
    }),
  );
}
const known = await allMetrics();

/** The metric of a name in an expression; `up` is Prometheus' own. */
function metricOf(name: string): Known | undefined {
  if (name === 'up') return { name, type: 'gauge', labels: ['instance', 'job'] };
  const exact = known.find((metric) => metric.name === name);
  if (exact !== undefined) return exact.type === 'histogram' ? undefined : exact;
  const base = known.find((metric) => metric.name === name.replace(/_(bucket|sum|count)$/, ''));
  return base?.type === 'histogram' ? { ...base, labels: [...base.labels, 'le'] } : undefined;
}

/** The metrics that an expression names, each with the labels that select it. */
const selectorsOf = (expr: string) =>
  [...expr.matchAll(/\b((?:larkstat|nodejs|process)_\w+|up(?=\{))(?:\{([^}]*)\})?/g)].map(
    ([, name = '', chosen = '']) => ({
      name,
      chosen: [...chosen.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].map(([, label = '', , value = '']) => ({
        label,
        value,
      })),
    }),
  );

describe.each(expressions)('%s', (_, expr) => {
  test('names metrics and labels that exist', () => {
    const selectors = selectorsOf(expr);
    expect(selectors.length).toBeGreaterThan(0);
    const metrics = selectors.map(({ name, chosen }) => ({ name, chosen, metric: metricOf(name) }));
    expect(metrics.filter(({ metric }) => metric === undefined).map(({ name }) => name)).toEqual([]);
    const wrong = metrics.flatMap(({ name, chosen, metric }) =>
      chosen.filter(({ label }) => !metric?.labels.includes(label)).map(({ label }) => `${name}{${label}}`),
    );
    const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/, */));
    const unknown = grouped.filter((label) => !metrics.some(({ metric }) => metric?.labels.includes(label)));
    expect([...wrong, ...unknown]).toEqual([]);
  });

  test('uses `rate` only for counters and histograms', () => {
    for (const [, name = ''] of expr.matchAll(/\b(?:rate|increase)\((\w+)/g)) {
      expect(metricOf(name)?.type).toMatch(/counter|histogram/);
    }
    expect(expr.split('(').length).toBe(expr.split(')').length);
  });
});

test('the error codes that alerts count are codes of the API', () => {
  const outcomes = expressions.flatMap(([, expr]) =>
    selectorsOf(expr)
      .filter(({ name }) => name === 'larkstat_graphql_operations_total')
      .flatMap(({ chosen }) => chosen.filter(({ label }) => label === 'outcome')),
  );
  expect(outcomes.length).toBeGreaterThan(0);
  for (const { value } of outcomes)
    expect(Object.keys(errorCodes)).toEqual(expect.arrayContaining(value.split('|')));
});

test('names and units follow the rules of Prometheus', () => {
  const own = known.filter(({ name }) => name.startsWith('larkstat_'));
  expect(own.length).toBeGreaterThan(25);
  for (const { name, type } of own) {
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
});

test('the example of Prometheus loads the alerts and scrapes their metrics', () => {
  const example = parseYaml(read('deploy/prometheus/prometheus.yml')) as {
    rule_files: readonly string[];
    scrape_configs: readonly { job_name: string }[];
  };
  expect(example.rule_files).toEqual(['alerts.yml']);
  const jobs = expressions.flatMap(([, expr]) => [...expr.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
  for (const job of jobs) expect(example.scrape_configs.map(({ job_name }) => job_name)).toContain(job);
});
