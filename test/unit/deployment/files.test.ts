import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Copy, DockerfileParser } from 'dockerfile-ast';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { variableNames } from '../../../src/config.ts';
import { program, root } from '../../support/program.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Service = {
  readonly command?: readonly string[] | string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly stop_grace_period?: string;
};
const compose = parseYaml(read('compose.yaml'), { merge: true }) as { services: Record<string, Service> };
const own = Object.values(compose.services).filter(({ image }) => image?.startsWith('larkstat'));

type Fly = {
  readonly kill_timeout: number;
  readonly env: Record<string, string>;
  readonly processes: Record<string, string>;
  readonly deploy: { readonly release_command: string };
  readonly http_service: { readonly internal_port: number };
};
const fly = parseToml(read('fly.toml')) as unknown as Fly;

type RenderService = {
  readonly dockerCommand?: string;
  readonly preDeployCommand?: string;
  readonly envVars?: readonly { readonly key?: string }[];
};
const render = parseYaml(read('render.yaml')) as Record<'services' | 'envVarGroups', RenderService[]>;

const units = ['larkstat.service', 'larkstat-worker.service'].map((name) => read(`deploy/${name}`));
const dockerfile = DockerfileParser.parse(read('Dockerfile'));

describe('the files of a deployment', () => {
  test('set only variables that the program reads', () => {
    const set = [
      ...own.flatMap(({ environment }) => Object.keys(environment ?? {})),
      ...Object.keys(fly.env),
      ...[...render.envVarGroups, ...render.services].flatMap(({ envVars = [] }) =>
        envVars.flatMap(({ key }) => key ?? []),
      ),
      ...units.flatMap((unit) =>
        [...(/^Environment=(.*)$/m.exec(unit)?.[1] ?? '').matchAll(/([A-Z_]+)=/g)].map(([, name]) => name),
      ),
      ...dockerfile.getENVs().flatMap((env) => env.getProperties().map((property) => property.getName())),
    ];
    expect(set.length).toBeGreaterThan(20);
    expect(set.filter((name) => !['NODE_ENV', ...variableNames].includes(name ?? ''))).toEqual([]);
  });

  const commands = new Set(
    [
      ...own.map(({ command }) => [command ?? []].flat().join(' ')),
      ...Object.values(fly.processes),
      fly.deploy.release_command,
      ...render.services.flatMap(({ dockerCommand, preDeployCommand }) => [dockerCommand, preDeployCommand]),
      ...units.map((unit) => /^ExecStart=\S+ dist\/cli\.js (.*)$/m.exec(unit)?.[1]),
      ...[...read('Dockerfile').matchAll(/^CMD (\[.*\])/gm)].map(([, list]) =>
        JSON.parse(list ?? '').join(' '),
      ),
    ].flatMap((command) => command?.replace(/^larkstat /, '') ?? []),
  );

  test.each([...commands])('start a command that there is: larkstat %s', (command) => {
    const [name = '', ...options] = command.split(' ');
    const help = execFileSync(process.execPath, [program, name, '--help'], { encoding: 'utf8' });
    expect(help).toContain(`Usage: larkstat ${name}`);
    for (const option of options) expect(help).toContain(` ${option} `);
  });

  test('name one port, and the servers that there are', () => {
    const nginx = read('deploy/nginx.conf');
    expect(String(fly.http_service.internal_port)).toBe(fly.env.PORT);
    const upstreams = [...nginx.matchAll(/server (\w+):4000 (?!.*backup)/g)].map(([, name]) => name);
    expect(upstreams).toEqual(Object.keys(compose.services).filter((name) => name.startsWith('api')));
    expect(own.flatMap(({ environment }) => environment?.PORT ?? [])).toEqual([4000, 4000]);
  });

  test('give a process longer to stop than it takes', () => {
    const seconds = 25 + Number(fly.env.DRAIN_DELAY_SECONDS ?? 0) + 20; // requests, then its job process
    expect(fly.kill_timeout).toBeGreaterThanOrEqual(seconds);
    for (const unit of units) expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(45);
    for (const { stop_grace_period } of own)
      expect(parseInt(stop_grace_period ?? '', 10)).toBeGreaterThan(45);
  });
});

describe('the image', () => {
  const copied = (copies: readonly Copy[]) =>
    copies.flatMap((copy) => {
      const fromStage = copy.getFlags().some((flag) => flag.getName() === 'from');
      return fromStage
        ? []
        : copy
            .getArguments()
            .slice(0, -1)
            .map((argument) => argument.getValue());
    });

  test('is made of what .dockerignore lets through, and of nothing else', () => {
    const let_through = [...read('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, name]) => name);
    expect(new Set(copied(dockerfile.getCOPYs()))).toEqual(new Set(let_through));
  });

  test('holds everything that the package holds', () => {
    const { files } = JSON.parse(read('package.json')) as { files: string[] };
    const targets = dockerfile
      .getCOPYs()
      .flatMap((copy) => copy.getArguments().map((argument) => argument.getValue().replace(/^\/app\//, '')));
    expect(files.filter((file) => !targets.includes(file))).toEqual([]);
  });
});

const hasSystemd = (() => {
  try {
    execFileSync('systemd-analyze', ['--version']);
    return true;
  } catch {
    process.stderr.write('systemd-analyze is not installed: the systemd units are not verified\n');
    return false;
  }
})();

test.skipIf(!hasSystemd).each(['larkstat.service', 'larkstat-worker.service'])(
  'systemd accepts %s',
  (name) => {
    // It complains on stderr, and not always by its exit code.
    const path = join(root, 'deploy', name);
    expect(execFileSync('sh', ['-c', 'systemd-analyze verify "$0" 2>&1', path], { encoding: 'utf8' })).toBe(
      '',
    );
  },
);
