import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { fly, own, read, render, units } from '../support/deployment.ts';
import { program } from '../support/program.ts';

/** The commands in the deployment files, without `larkstat` itself. */
const commands = new Set(
  [
    ...own.map(({ command }) => [command ?? []].flat().join(' ')),
    ...Object.values(fly.processes),
    fly.deploy.release_command,
    ...render.services.flatMap(({ dockerCommand, preDeployCommand }) => [dockerCommand, preDeployCommand]),
    ...units.map((unit) => /^ExecStart=\S+\/dist\/cli\.js (.*)$/m.exec(unit)?.[1]),
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
