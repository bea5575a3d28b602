import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterwards } from './afterwards.ts';
import { root } from './program.ts';
import { quietPort } from './quiet-port.ts';
import { aMachine } from './servers.ts';

/** Whether nginx is installed. Tests that need it are skipped with a message when it is not. */
export const hasNginx = (() => {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('nginx is not installed: the tests that need it are skipped\n');
    return false;
  }
})();

/** Runs nginx with deploy/nginx.conf in front of servers on two local ports; returns the API's address. */
export async function startNginx(ports: readonly number[]): Promise<string> {
  const folder = await aMachine();
  // Its worker processes run under another account.
  await chmod(folder, 0o755);
  const port = await quietPort();
  const config = await localised({ port, ports, folder });
  const path = join(folder, 'nginx.conf');
  await writeFile(path, config);
  execFileSync('nginx', ['-t', '-q', '-c', path]);
  const nginx = spawn('nginx', ['-c', path, '-g', 'daemon off;'], { stdio: 'ignore' });
  afterwards(async () => {
    const gone = once(nginx, 'exit');
    nginx.kill('SIGTERM');
    await gone;
  });
  return `http://127.0.0.1:${port}/graphql`;
}

type Places = { readonly port: number; readonly ports: readonly number[]; readonly folder: string };

/** The configuration with the test's ports and folder, otherwise unchanged. */
async function localised({ port, ports, folder }: Places): Promise<string> {
  let config = await readFile(join(root, 'deploy/nginx.conf'), 'utf8');
  const replace = (from: string, to: string) => {
    if (!config.includes(from)) throw new Error(`deploy/nginx.conf has no ${from}`);
    config = config.replaceAll(from, to);
  };
  replace('listen 8080;', `listen 127.0.0.1:${port};`);
  for (const [at, upstream] of ports.entries()) replace(`api${at + 1}:4000`, `127.0.0.1:${upstream}`);
  replace(' /tmp/', ` ${folder}/`);
  return config;
}
