import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** The address of a data folder's embedded Postgres, when its port is known. */
export async function embeddedUrl(dataFolder: string): Promise<string> {
  // The file exists before all of its lines are written.
  const port = () => readFileSync(join(dataFolder, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
  await expect.poll(port).toMatch(/^\d+$/);
  const password = readFileSync(join(dataFolder, 'postgres.password'), 'utf8');
  return `postgres://larkstat:${password}@127.0.0.1:${port()}/larkstat`;
}

/** Kills the embedded Postgres of a data folder, like a power cut; it may already have ended. */
export function quitPostgres(dataFolder: string): void {
  try {
    const pid = Number.parseInt(readFileSync(join(dataFolder, 'postgres/postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGQUIT');
  } catch {
    // There is none.
  }
}
