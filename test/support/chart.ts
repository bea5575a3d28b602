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

/** Whether there is a Helm to render the chart by; says so when there is none. */
export const hasHelm = (() => {
  if (spawnSync('helm', ['version']).status === 0) return true;
  process.stderr.write(
    'helm is not installed: the chart is not rendered (`npx tsx .ci/helm.ts` brings it)\n',
  );
  return false;
})();

/** The API's kinds that tests look into. */
export type Kinds = {
  readonly Deployment: Deployment;
  readonly StatefulSet: StatefulSet;
  readonly Job: Job;
  readonly Service: Service;
  readonly Secret: Secret;
  readonly Ingress: Ingress;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
};

/** An object of Kubernetes, of whichever kind. */
export type Rendered = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
};

/** Runs a command of Helm with values. Throws what it says when it refuses. */
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

/** The objects that Helm makes of the chart and these values for a release named larkstat, hooks included. */
export const renderChart = (values: object): readonly Rendered[] =>
  parseAllDocuments(helm(['template', 'larkstat'], values)).flatMap((document) => document.toJS() ?? []);

/** What `helm lint --strict` says of the chart with these values. */
export const lintChart = (values: object): string => helm(['lint', '--strict'], values);

/** Those of a kind. */
export const ofKind = <K extends keyof Kinds>(objects: readonly Rendered[], kind: K) =>
  objects.filter((object) => object.kind === kind) as unknown as readonly Kinds[K][]; // safe: a test compares all with the types

/** The pods that the objects make, by the objects' names. */
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
 * What the types of Kubernetes' API say against these objects; empty when nothing. They are written as literals: so the
 * compiler refuses a field that there is not, too. Kinds of the Prometheus operator have no types here.
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
