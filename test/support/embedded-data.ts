import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** The address of the embedded Postgres of a data folder, once it says its port. */
export async function embeddedUrl(dataFolder: string): Promise<string> {
  // The file is there before all of its lines are.
  const port = () => readFileSync(join(dataFolder, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
  await expect.poll(port).toMatch(/^\d+$/);
  const password = readFileSync(join(dataFolder, 'postgres.password'), 'utf8');
  return `postgres://larkstat:${password}@127.0.0.1:${port()}/larkstat`;
}

/** Ends the embedded Postgres of a data folder, as a machine that loses its power; it may have ended, or be ending, by itself. */
export function quitPostgres(dataFolder: string): void {
  try {
    const pid = Number.parseInt(readFileSync(join(dataFolder, 'postgres/postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGQUIT');
  } catch {
    // There is none any more.
  }
}
