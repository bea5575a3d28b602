import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Copy } from 'dockerfile-ast';
import { describe, expect, test } from 'vitest';
import { variableNames } from '../../../src/config.ts';
import { compose, dockerfile, fly, own, read, render, units } from '../../support/deployment.ts';
import { root } from '../../support/program.ts';

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

  test('name one port, and the existing servers', () => {
    const nginx = read('deploy/nginx.conf');
    expect(String(fly.http_service.internal_port)).toBe(fly.env.PORT);
    const upstreams = [...nginx.matchAll(/server (\w+):4000 (?!.*backup)/g)].map(([, name]) => name);
    expect(upstreams).toEqual(Object.keys(compose.services).filter((name) => name.startsWith('api')));
    expect(own.flatMap(({ environment }) => environment?.PORT ?? [])).toEqual([4000, 4000]);
  });

  test('give a process more time to stop than it needs', () => {
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

  test('is built from the files that .dockerignore allows, and from nothing else', () => {
    const let_through = [...read('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, name]) => name);
    expect(new Set(copied(dockerfile.getCOPYs()))).toEqual(new Set(let_through));
  });

  test('has everything that the package has', () => {
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
    // It reports problems on stderr, and not always by its exit code.
    const path = join(root, 'deploy', name);
    expect(execFileSync('sh', ['-c', 'systemd-analyze verify "$0" 2>&1', path], { encoding: 'utf8' })).toBe(
      '',
    );
  },
);
