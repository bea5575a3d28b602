import type { EnvVar, PodSpec } from 'kubernetes-types/core/v1.js';
import { describe, expect, test } from 'vitest';
import { loadConfig, variableNames } from '../../../src/config.ts';
import { hasHelm, lintChart, ofKind, podsOf, renderChart, typeErrors } from '../../support/chart.ts';
import { compose, fly, own, read } from '../../support/deployment.ts';
import { releases } from '../../support/releases.ts';

const rendered = hasHelm
  ? Object.entries(releases).map(([name, values]) => ({ name, values, objects: renderChart(values) }))
  : [];
const objectsOf = (name: keyof typeof releases) => rendered.find((one) => one.name === name)?.objects ?? [];
const larkstat = ['larkstat-api', 'larkstat-worker', 'larkstat-migrate'];
const containerOf = (pods: ReturnType<typeof podsOf>, name: string) => pods[name]?.spec?.containers[0];
const namesOf = (env: readonly EnvVar[] = []) => env.map(({ name }) => name);
const commandOf = (name: string) =>
  containerOf(podsOf(objectsOf('stores of its own')), name)?.command?.join(' ');

describe.skipIf(!hasHelm).each(rendered)('the chart with $name', ({ values, objects }) => {
  const pods = podsOf(objects);

  test('is accepted by Helm without a warning', () => {
    expect(lintChart(values)).not.toMatch(/\[(WARNING|ERROR)\]/);
  });

  test('creates pods for the strictest standard, with a read-only root file system', () => {
    expect(Object.keys(pods)).toEqual(expect.arrayContaining(larkstat));
    for (const [name, { spec }] of Object.entries(pods)) {
      expect.soft(spec, name).toMatchObject(restricted);
      for (const container of spec?.containers ?? []) {
        expect.soft(container.securityContext, name).toEqual(unprivileged);
        expect.soft(container.resources?.limits, name).toHaveProperty('memory');
      }
      if (larkstat.includes(name)) expect.soft(spec?.securityContext?.runAsUser).toBe(1000);
    }
  });

  test('sets each variable once, and only those that the program reads', () => {
    for (const name of larkstat) {
      const set = namesOf(containerOf(pods, name)?.env);
      expect(set).toContain('DATABASE_URL');
      expect(set).toHaveLength(new Set(set).size);
      expect(
        set.filter((one) => ![...variableNames, 'POSTGRES_PASSWORD', 'REDIS_PASSWORD'].includes(one)),
      ).toEqual([]);
    }
  });

  test('gives a process more time to stop than it needs', () => {
    for (const name of ['larkstat-api', 'larkstat-worker']) {
      const env = containerOf(pods, name)?.env ?? [];
      const secret = { METRICS_TOKEN: 'only-for-tests-of-the-chart' };
      const { http } = loadConfig({
        ...secret,
        ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
      });
      const seconds = (http.drain.delayMs + http.drain.limitMs) / 1_000 + 20; // requests, then its job process
      expect(pods[name]?.spec?.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(seconds);
    }
  });

  test('takes secrets only from existing Secrets', () => {
    const made = ofKind(objects, 'Secret').flatMap(({ metadata, stringData }) =>
      Object.keys(stringData ?? {}).map((key) => `${metadata?.name} ${key}`),
    );
    const taken = Object.values(pods).flatMap(({ spec }) => secretsOf(spec));
    expect(taken.length).toBeGreaterThan(2);
    expect(taken.filter((one) => !one.startsWith('mine ') && !made.includes(one))).toEqual([]);
  });

  test('has a Service for each pod that is called, at existing ports', () => {
    for (const { spec } of ofKind(objects, 'Service')) {
      const selected = Object.values(pods).filter(({ metadata }) =>
        Object.entries(spec?.selector ?? {}).every(([key, value]) => metadata?.labels?.[key] === value),
      );
      expect(selected).toHaveLength(1);
      const ports = selected[0]?.spec?.containers.flatMap((container) => container.ports ?? []);
      for (const { targetPort } of spec?.ports ?? [])
        expect(ports?.map(({ name }) => name)).toContain(targetPort);
    }
  });
});

test.skipIf(!hasHelm)('the objects of the chart fit the types of Kubernetes', () => {
  expect(typeErrors(rendered.flatMap(({ objects }) => objects))).toBe('');
});

const restricted = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
};
const unprivileged = {
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};

/** The keys that containers read from Secrets, with the Secret's name. */
function secretsOf(spec: PodSpec | undefined): readonly string[] {
  return (spec?.containers ?? [])
    .flatMap(({ env }) => env ?? [])
    .flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])
    .map(({ name, key }) => `${name} ${key}`);
}

describe.skipIf(!hasHelm)('the chart, compared with the other files,', () => {
  test('starts the same commands', () => {
    expect(commandOf('larkstat-api')).toBe([compose.services.api1?.command].flat().join(' '));
    expect(commandOf('larkstat-worker')).toBe(fly.processes.worker);
    expect(commandOf('larkstat-migrate')).toBe(fly.deploy.release_command);
  });

  test('listens at the same port, and probes paths that the server has', () => {
    const api = containerOf(podsOf(objectsOf('stores of its own')), 'larkstat-api');
    const port = String(own.find(({ environment }) => environment?.PORT)?.environment?.PORT);
    expect(api?.env).toContainEqual({ name: 'PORT', value: port });
    expect(api?.ports).toEqual([{ name: 'http', containerPort: Number(port) }]);
    const probes = [api?.startupProbe, api?.livenessProbe, api?.readinessProbe];
    for (const probe of probes) expect(read('src/http/server.ts')).toContain(`'${probe?.httpGet?.path}':`);
    const delay = Number(api?.env?.find(({ name }) => name === 'DRAIN_DELAY_SECONDS')?.value);
    expect(delay).toBeGreaterThanOrEqual(2 * (api?.readinessProbe?.periodSeconds ?? 10));
  });

  test('runs the same Postgres and Redis', () => {
    const pods = podsOf(objectsOf('stores of its own'));
    const { image, args } = containerOf(pods, 'larkstat-postgres') ?? {};
    expect(image).toBe(compose.services.postgres?.image);
    expect(args?.join(' ')).toBe(compose.services.postgres?.command);
    const redis = containerOf(pods, 'larkstat-redis');
    expect(redis?.image).toBe(compose.services.redis?.image);
    const words = [...(redis?.command ?? []), ...(redis?.args ?? [])].map((word) => word || '""');
    expect(words.slice(0, -2).join(' ')).toBe(compose.services.redis?.command);
    expect(words.slice(-2)).toEqual(['--requirepass', '$(REDISCLI_AUTH)']);
  });

  test('has nginx pass long answers and large bodies as deploy/nginx.conf does', () => {
    const [ingress] = ofKind(objectsOf('stores of its own'), 'Ingress');
    const nginx = read('deploy/nginx.conf');
    const seconds = (name: string) => {
      const [, number, unit] = new RegExp(`${name.replaceAll('-', '_')} (\\d+)(s|h);`).exec(nginx) ?? [];
      return String(Number(number) * (unit === 'h' ? 3_600 : 1));
    };
    const expected = Object.fromEntries([
      ['proxy-body-size', '0'],
      ['proxy-buffering', 'off'],
      ['proxy-request-buffering', 'off'],
      ...['proxy-connect-timeout', 'proxy-read-timeout', 'proxy-send-timeout'].map((name) => [
        name,
        seconds(name),
      ]),
    ]);
    const annotations = Object.entries(ingress?.metadata?.annotations ?? {});
    expect(
      Object.fromEntries(annotations.map(([name, value]) => [name.replace(/^.*\//, ''), value])),
    ).toEqual(expected);
  });
});
