import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { fly, own, read, render, units } from '../support/deployment.ts';
import { program } from '../support/program.ts';

/** How a unit of systemd starts the program. */
const startOf = (unit: string) =>
  /^ExecStart=\/usr\/bin\/node (?<flags>.*) dist\/cli\.js (?<command>.*)$/m.exec(unit)?.groups;

/** The commands in the deployment files, without `larkstat` itself. */
const commands = new Set(
  [
    ...own.map(({ command }) => [command ?? []].flat().join(' ')),
    ...Object.values(fly.processes),
    fly.deploy.release_command,
    ...render.services.flatMap(({ dockerCommand, preDeployCommand }) => [dockerCommand, preDeployCommand]),
    ...units.map((unit) => startOf(unit)?.command),
    ...[...read('Dockerfile').matchAll(/^CMD (\[.*\])/gm)].map(([, list]) =>
      JSON.parse(list ?? '').join(' '),
    ),
  ].flatMap((command) => command?.replace(/^larkstat /, '') ?? []),
);

test.each([...commands])('the deployment files start an existing command: larkstat %s', (command) => {
  const [name = '', ...options] = command.split(' ');
  const help = execFileSync(process.execPath, [program, name, '--help'], { encoding: 'utf8' });
  expect(help).toContain(`Usage: larkstat ${name}`);
  for (const option of options) expect(help).toContain(` ${option} `);
});

test('the units of systemd start Node with the flags of the program itself', () => {
  const [, flags] = /^#!\/usr\/bin\/env -S node (.*)$/m.exec(read('src/cli.ts')) ?? [];
  expect(flags).toMatch(/^--/);
  expect(units.map((unit) => startOf(unit)?.flags)).toEqual(units.map(() => flags));
});
