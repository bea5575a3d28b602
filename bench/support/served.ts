import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, root } from './build.ts';
import type { BenchStore } from './store.ts';

/** A process that serves requests on a loopback port. */
export type Served = { readonly process: ChildProcess; readonly port: number };

/** The API without a worker in a separate process, as users run it; `more` adds variables. */
export async function serve(store: BenchStore, more: Readonly<Record<string, string>> = {}): Promise<Served> {
  await build();
  const server = spawn(join(root, 'dist/cli.js'), ['serve', '--json'], {
    cwd: root,
    env: { ...store.environment, DATABASE_URL: store.url, PORT: '0', LARKSTAT_WORKER: 'off', ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { process: server, port: await portOf(server, /localhost:(\d+)/) };
}

/** A bench server from a file in this folder; its parent can send it messages. */
export async function serveBare(file: string, args: readonly string[] = []): Promise<Served> {
  const server = spawn(process.execPath, [join(root, 'bench/support', file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return { process: server, port: await portOf(server, /^(\d+)/) };
}

/** The port that a server prints. */
async function portOf(server: ChildProcess, pattern: RegExp): Promise<number> {
  let said = '';
  server.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(50)) {
    const port = pattern.exec(said)?.[1];
    if (port !== undefined) return Number(port);
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}`);
  }
  throw new Error('The server did not start within a minute');
}

/** Ends a child process and waits for its exit. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
