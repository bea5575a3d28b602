import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hasHelm, ofKind, podsOf, renderChart, typeErrors } from '../../support/chart.ts';
import { read } from '../../support/deployment.ts';
import { releases } from '../../support/releases.ts';

const own = releases['stores of its own'];
const others = releases['stores of others'];
const mine = releases['a Secret that there is'];
/** A kind of the Prometheus operator. */
type Monitor = { readonly spec?: Partial<Record<'endpoints' | 'podMetricsEndpoints', readonly Endpoint[]>> };
type Endpoint = {
  readonly port: string;
  readonly path: string;
  readonly relabelings: readonly { readonly replacement: string }[];
  readonly authorization: { readonly credentials: object };
};

const jobOf = (values: object) => ofKind(renderChart(values), 'Job')[0];
const envOf = (values: object, name: string) => {
  const env = podsOf(renderChart(values))[name]?.spec?.containers[0]?.env ?? [];
  return Object.fromEntries(env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
};

describe.skipIf(!hasHelm)('the values of the chart', () => {
  test.each([
    ['an image without a tag', { ...own, image: { repository: 'larkstat' } }, 'image.tag must be set'],
    ['an image without a name', { ...own, image: { tag: '1' } }, 'image.repository must be set'],
    ['servers without a key', { ...own, secrets: {} }, 'API_KEY must be set'],
    ['a Postgres nowhere', { ...others, secrets: { values: { API_KEY: 'k' } } }, 'DATABASE_URL must be set'],
    ['a Postgres twice', { ...others, postgres: { enabled: true } }, 'POSTGRES_PASSWORD must be set'],
    ['a Redis without a password', { ...others, redis: { enabled: true } }, 'REDIS_PASSWORD must be set'],
    ['metrics for nobody', { ...own, serviceMonitor: { enabled: true } }, 'METRICS_TOKEN must be set'],
    ['secrets in two places', { ...own, secrets: { ...own.secrets, existing: 'mine' } }, 'would be ignored'],
    ['uploads in two places', { ...own, uploads: { ...own.uploads, url: 's3://b' } }, 'are in one place'],
    ['a value that there is not', { ...own, secret: {} }, /propert(y|ies) '?secret'? .*not allowed/],
    ['a secret among the variables', { ...mine, config: { API_KEY: 'k' } }, /property ?name.*'?API_KEY'?/i],
    ['a variable that a value sets', { ...mine, config: { PORT: 80 } }, /property ?name.*'?PORT'?/i],
    ['a delay without an end', { ...mine, config: { DRAIN_DELAY_SECONDS: 601 } }, /DRAIN_DELAY_SECONDS.*600/],
    [
      'a password that is no part of a URL',
      { ...own, secrets: { values: { ...own.secrets.values, POSTGRES_PASSWORD: 'a@b' } } },
      /POSTGRES_PASSWORD.*does not match pattern/i,
    ],
  ])('refuse %s', (_what, values, reason) => {
    expect(() => renderChart(values)).toThrow(reason);
  });

  test('that docs/deploy.md shows are accepted', () => {
    const [, shown = ''] = /```yaml\n# values-mine\.yaml\n(.*?)```/s.exec(read('docs/deploy.md')) ?? [];
    const [ingress] = ofKind(renderChart(parse(shown)), 'Ingress');
    expect(ingress?.spec?.rules?.[0]?.host).toBe('stats.example.org');
  });

  test('become text as the program reads it', () => {
    expect(envOf(others, 'larkstat-api')).toMatchObject({
      UPLOAD_MAX_BYTES: '21474836480',
      X_API_BUDGET_USD: '2.5',
      X_SCRAPER: 'off',
      UPLOADS_URL: 's3://bucket/uploads',
    });
  });

  test('that name no Postgres in the Secret keep the pods from starting', () => {
    const fromSecret = { secretKeyRef: { name: 'mine', key: 'DATABASE_URL' } };
    for (const pod of ['larkstat-api', 'larkstat-worker', 'larkstat-migrate'])
      expect(envOf(mine, pod).DATABASE_URL).toEqual(fromSecret);
  });

  test('have migrations run before anything else, unless Postgres itself is still to come', () => {
    const hook = (values: object) => jobOf(values)?.metadata?.annotations?.['helm.sh/hook'];
    expect(hook(others)).toBe('pre-install,pre-upgrade');
    expect(hook(mine)).toBe('pre-install,pre-upgrade');
    expect(hook(own)).toBe('pre-upgrade');
    expect(jobOf({ ...own, migrate: { enabled: false } })).toBeUndefined();
  });

  test('give migrations the secrets of the store alone', () => {
    const [secret] = ofKind(renderChart(others), 'Secret').filter(
      ({ metadata }) => metadata?.name === 'larkstat-migrate',
    );
    expect(secret?.stringData).toEqual({ DATABASE_URL: others.secrets.values.DATABASE_URL });
    expect(secret?.metadata?.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
  });

  test('leave the number of pods to what scales them', () => {
    const objects = renderChart(others);
    expect(ofKind(objects, 'Deployment').map(({ spec }) => spec?.replicas)).toEqual([undefined, undefined]);
    expect(ofKind(objects, 'HorizontalPodAutoscaler').map(({ spec }) => spec?.maxReplicas)).toEqual([8, 20]);
    expect(ofKind(renderChart(own), 'Deployment').map(({ spec }) => spec?.replicas)).toEqual([2, 2]);
  });

  test('start the pods again when a secret of theirs changes', () => {
    const checksum = (values: object) => podsOf(renderChart(values))['larkstat-api']?.metadata?.annotations;
    const changed = { ...own, secrets: { values: { ...own.secrets.values, API_KEY: 'another' } } };
    expect(checksum(own)).toEqual(checksum(own));
    expect(checksum(own)).not.toEqual(checksum(changed));
  });

  test('have Prometheus ask servers and workers, at ports that they have, by a token of the Secret', () => {
    const objects = renderChart(others);
    const ports = Object.values(podsOf(objects)).flatMap(({ spec }) => spec?.containers[0]?.ports ?? []);
    const asked = objects.flatMap((object) => {
      const { endpoints, podMetricsEndpoints = endpoints } = (object as Monitor).spec ?? {};
      return podMetricsEndpoints ?? [];
    });
    expect(asked.map(({ port }) => port)).toEqual(['metrics', 'http']);
    expect(asked.flatMap(({ relabelings }) => relabelings[0]?.replacement).sort()).toEqual(
      [...read('deploy/prometheus/prometheus.yml').matchAll(/job_name: (\S+)/g)].map(([, job]) => job),
    );
    expect(ports.map(({ name }) => name)).toEqual(expect.arrayContaining(['http', 'metrics']));
    expect(envOf(others, 'larkstat-worker').WORKER_METRICS_PORT).toBe(
      String(ports.find(({ name }) => name === 'metrics')?.containerPort),
    );
    for (const { path, authorization } of asked) {
      expect(path).toBe('/metrics');
      expect(authorization.credentials).toEqual({ name: 'larkstat', key: 'METRICS_TOKEN' });
    }
  });

  test('lay more of a spec over the pods', () => {
    const pods = podsOf(renderChart(others));
    expect(pods['larkstat-api']?.spec).toMatchObject({
      priorityClassName: 'high',
      serviceAccountName: 'larkstat',
    });
  });
});

test('the types of Kubernetes refuse unknown fields', () => {
  const pod = (container: object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'typo' },
    spec: { containers: [{ name: 'a', ...container }] },
  });
  const errors = typeErrors([
    pod({ readinessProbe: { periodSeconds: 5 } }),
    pod({ redinessProbe: { periodSeconds: 5 } }),
    pod({ readinessProbe: { periodSeconds: '5s' } }),
  ]);
  expect([...errors.matchAll(/objects\.ts\((\d),/g)].map(([, line]) => line)).toEqual(['2', '3']);
});
