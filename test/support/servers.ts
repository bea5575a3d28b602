import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterwards } from './afterwards.ts';
import { program } from './program.ts';

/** A process of the built program. */
export type Running = {
  readonly child: ChildProcess;
  /** Its log, one entry per line. */
  readonly logged: readonly { readonly name: string; readonly pid: number; readonly msg: string }[];
  /** Sends the signal and resolves with the exit code when the process is gone; null when the signal killed it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
};

/** A server of the built program; `url` is its API. */
export type RunningServer = Running & { readonly url: string };

/** A folder for a simulated machine; removed afterwards. */
export async function aMachine(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-machine-'));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

type Options = {
  readonly args?: readonly string[];
  /** A program to run instead of the built one, and its user. */
  readonly installed?: { readonly path: string; readonly uid?: number; readonly gid?: number };
  /** Variables in addition to PATH and those that every process needs. */
  readonly env: Readonly<Record<string, string>>;
};

/** Starts `larkstat serve` on a free port, unless PORT is set; resolves when it answers. */
export async function runServer({ args = [], env, installed }: Options): Promise<RunningServer> {
  const { running, said } = await run(['serve', '--json', ...args], env, installed);
  return { ...running, url: (JSON.parse(said) as { graphql: string }).graphql };
}

/** Starts `larkstat worker`; resolves when it takes jobs. */
export async function runWorker({ args = [], env }: Options): Promise<Running> {
  return (await run(['worker', '--json', ...args], env)).running;
}

async function run(
  args: readonly string[],
  more: Options['env'],
  installed?: Options['installed'],
): Promise<{ running: Running; said: string }> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, PORT: '0', LARKSTAT_DEMO: 'off', ...more };
  const { path, ...account } = installed ?? {};
  const child =
    path === undefined
      ? spawn(process.execPath, [program, ...args], { env })
      : spawn(path, args, { env, ...account });
  const logged: { name: string; pid: number; msg: string }[] = [];
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      logged.push(line.startsWith('{') ? JSON.parse(line) : { name: '', pid: 0, msg: line });
  });
  const gone = once(child, 'exit') as Promise<[number | null]>;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return (await gone)[0];
  };
  // SIGTERM also ends the program's job process and its Postgres.
  afterwards(() => end('SIGTERM'));
  const said = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('\n') && !output.startsWith('{"error"')) resolve(output);
    });
    child.once('close', (code) => {
      const messages = logged.map(({ msg }) => `\n${msg}`).join('');
      reject(new Error(`${args.join(' ')} ended with ${code}: ${output}${messages}`));
    });
  });
  return { running: { child, logged, end }, said };
}
