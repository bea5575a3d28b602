import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment, StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { PodTemplateSpec, Secret, Service } from 'kubernetes-types/core/v1.js';
import type { Ingress } from 'kubernetes-types/networking/v1.js';
import { parseAllDocuments } from 'yaml';
import { root } from './program.ts';

const chart = join(root, 'deploy/helm/larkstat');

/** Whether Helm is installed for rendering the chart; prints a message when it is not. */
export const hasHelm = (() => {
  if (spawnSync('helm', ['version']).status === 0) return true;
  process.stderr.write(
    'helm is not installed: the chart is not rendered (`npx tsx .ci/helm.ts` brings it)\n',
  );
  return false;
})();

/** The API kinds that tests read. */
export type Kinds = {
  readonly Deployment: Deployment;
  readonly StatefulSet: StatefulSet;
  readonly Job: Job;
  readonly Service: Service;
  readonly Secret: Secret;
  readonly Ingress: Ingress;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
};

/** A Kubernetes object of any kind. */
export type Rendered = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
};

/** Runs a Helm command with values. Throws Helm's message on failure. */
function helm(args: readonly string[], values: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'larkstat-chart-'));
  try {
    const file = join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const all = [...args, chart, '--namespace', 'stats', '--values', file];
    return execFileSync('helm', all, { encoding: 'utf8', stdio: 'pipe' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The objects that Helm renders from the chart and these values for a release named larkstat, including hooks. */
export const renderChart = (values: object): readonly Rendered[] =>
  parseAllDocuments(helm(['template', 'larkstat'], values)).flatMap((document) => document.toJS() ?? []);

/** The output of `helm lint --strict` for the chart with these values. */
export const lintChart = (values: object): string => helm(['lint', '--strict'], values);

/** The objects of one kind. */
export const ofKind = <K extends keyof Kinds>(objects: readonly Rendered[], kind: K) =>
  objects.filter((object) => object.kind === kind) as unknown as readonly Kinds[K][]; // safe: a test checks all objects against the types

/** The pods of the objects, by the objects' names. */
export function podsOf(objects: readonly Rendered[]): Readonly<Record<string, PodTemplateSpec>> {
  const makers = [
    ...ofKind(objects, 'Deployment'),
    ...ofKind(objects, 'StatefulSet'),
    ...ofKind(objects, 'Job'),
  ];
  return Object.fromEntries(
    makers.flatMap(({ metadata, spec }) => (spec ? [[metadata?.name ?? '', spec.template]] : [])),
  );
}

/**
 * Type errors of the objects against the types of the Kubernetes API; empty when there are none. The objects are
 * written as literals, so that the compiler also rejects unknown fields. Kinds of the Prometheus operator have no types
 * here.
 */
export function typeErrors(objects: readonly Rendered[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'larkstat-types-'));
  const literals = objects
    .filter(({ apiVersion }) => !apiVersion.startsWith('monitoring.'))
    .map((object, at) => {
      const module = (object.apiVersion === 'v1' ? 'core/v1' : object.apiVersion).replace('.k8s.io', '');
      const type = `import('kubernetes-types/${module}').${object.kind}`;
      return `export const object${at}: ${type} = ${JSON.stringify(object)};`;
    });
  const paths = { 'kubernetes-types/*': [join(root, 'node_modules/kubernetes-types/*')] };
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: 'preserve',
    types: [],
    paths,
  };
  try {
    writeFileSync(join(folder, 'objects.ts'), literals.join('\n'));
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['objects.ts'] }));
    return spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
