import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/config.ts';
import { type OpenStore, openStore } from '../../src/store.ts';

/** A store for one part: a temporary data folder with an embedded cluster, as users have it. */
export type BenchStore = OpenStore & {
  readonly folder: string;
  readonly config: Config;
  /** The environment for a process that uses the same store. */
  readonly environment: Readonly<Record<string, string | undefined>>;
};

const folders = new Set<string>();
/** Their clusters are stopped like the others, but not removed. */
const keptFolders = new Set<string>();

/** A temporary folder, and a function that removes it. */
export async function temporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'larkstat-bench-'));
  const remove = async () => {
    await rm(path, { recursive: true, force: true });
    folders.delete(path);
  };
  folders.add(path);
  return { path, remove };
}

function keptFolder(path: string) {
  keptFolders.add(path);
  const remove = async () => void keptFolders.delete(path);
  return { path, remove };
}

/** The environment of a fresh installation in the folder, without our own variables. */
export function environmentOf(
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string | undefined>> {
  const { PATH, HOME, LANG, TMPDIR } = process.env;
  return { PATH, HOME, LANG, TMPDIR, LARKSTAT_DATA: folder, LOG_LEVEL: 'error', ...more };
}

/** Opens a store with the server's own settings: a fresh one that `close` removes, or one in a folder that stays. */
export async function openBenchStore(kept?: string): Promise<BenchStore> {
  const folder = kept === undefined ? await temporaryFolder() : keptFolder(kept);
  const environment = environmentOf(folder.path, { LARKSTAT_DEMO: 'off' });
  const config = loadConfig(environment);
  const store = await openStore(config, {
    applicationName: 'larkstat bench',
    statementTimeoutMs: config.queryTimeoutMs,
  });
  const close = async () => {
    await store.close();
    await folder.remove();
  };
  return { ...store, close, folder: folder.path, config, environment };
}

/**
 * Stops and removes whatever remains. A separate process does it, since tsx kills an interrupted process before
 * Postgres has stopped. SIGINT makes Postgres cancel its queries and stop.
 */
export function removeLeftovers(): void {
  if (folders.size + keptFolders.size === 0) return;
  const stop = 'p=$(head -n 1 "$d/postgres/postmaster.pid" 2>/dev/null) && kill -INT "$p"';
  const script = `for d in "$\{@:2}"; do ${stop}; done; shift "$1"; shift; sleep 4; rm -rf -- "$@"`;
  const all = [String(keptFolders.size), ...keptFolders, ...folders];
  spawn('bash', ['-c', script, 'bash', ...all], { detached: true, stdio: 'ignore' }).unref();
  folders.clear();
  keptFolders.clear();
}
