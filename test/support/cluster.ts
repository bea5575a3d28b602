import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { migrateQueue } from '../../src/jobs/queue.ts';
import { type CitusDatabase, makeCitusTemplate } from './citus.ts';
import { buildProgram } from './program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    clusterUrl: string;
    /** Databases for creating others from the template; one per node on a Citus cluster, coordinator first. */
    clusterNodes: readonly string[];
    /** Whether the template is distributed over a Citus cluster. */
    isDistributed: boolean;
    /** The path of the data folder with the demo. A test file makes the folder. */
    demoFolder: string;
  }
}

/**
 * Builds the program and starts one embedded cluster per run; its migrated database is the template for each test file.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildProgram();
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-test-'));
  // Nothing survives the run, so nothing needs to reach the disk. Test files run in parallel, each with connection
  // pools of several processes.
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '400',
  };
  const data = join(folder, 'postgres');
  // On an interrupt vitest exits immediately and does not call the function returned here.
  const stopAtExit = () => {
    killPostgres(data);
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  };
  process.once('exit', stopAtExit);
  const cluster = await startEmbedded({ folder: data, settings });
  await migrate(cluster.url);
  // The program does this at every start. It takes a fifth of a second, and most stores need it.
  await migrateQueue(cluster.url);
  const citus = await openCitus();
  const url = citus?.url ?? cluster.url;
  project.provide('clusterUrl', url);
  project.provide('clusterNodes', citus?.nodes ?? [new URL('/postgres', url).href]);
  project.provide('isDistributed', citus !== null);
  project.provide('demoFolder', join(folder, 'demo'));
  return async () => {
    await citus?.drop();
    await cluster.release();
    await rm(folder, { recursive: true, force: true });
    process.off('exit', stopAtExit);
  };
}

/** With CITUS_URL, the test stores are distributed over that cluster. */
async function openCitus(): Promise<CitusDatabase | null> {
  const { CITUS_URL: url = '' } = process.env;
  if (url !== '') return makeCitusTemplate(url);
  process.stderr.write('Not run on a Citus cluster: CITUS_URL names no coordinator\n');
  return null;
}

/** Kills the cluster of a folder with all its sessions, when it runs. Its data is not kept. */
function killPostgres(folder: string): void {
  try {
    const [pid] = readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGQUIT');
  } catch {
    // The cluster has not started, or has ended.
  }
}
