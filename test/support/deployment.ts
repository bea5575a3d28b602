import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { root } from './program.ts';

/** A file of the project, as text. */
export const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Service = {
  readonly command?: readonly string[] | string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly stop_grace_period?: string;
};
export const compose = parseYaml(read('compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
};
/** The services that run larkstat itself. */
export const own = Object.values(compose.services).filter(({ image }) => image?.startsWith('larkstat'));

type Fly = {
  readonly kill_timeout: number;
  readonly env: Record<string, string>;
  readonly processes: Record<string, string>;
  readonly deploy: { readonly release_command: string };
  readonly http_service: { readonly internal_port: number };
};
export const fly = parseToml(read('fly.toml')) as unknown as Fly;

type RenderService = {
  readonly dockerCommand?: string;
  readonly preDeployCommand?: string;
  readonly envVars?: readonly { readonly key?: string }[];
};
export const render = parseYaml(read('render.yaml')) as Record<'services' | 'envVarGroups', RenderService[]>;

/** The texts of the systemd units. */
export const units = ['larkstat.service', 'larkstat-worker.service'].map((name) => read(`deploy/${name}`));
export const dockerfile = DockerfileParser.parse(read('Dockerfile'));
