import { existsSync } from 'node:fs';

/** The folder of real data that REAL_DATA names; null, with a visible line, where there is none. */
export function realData(suite: string): string | null {
  const folder = process.env.REAL_DATA;
  if (folder && existsSync(folder)) return folder;
  process.stderr.write(`skipped: ${suite} (set REAL_DATA to a folder of real data to run it)\n`);
  return null;
}
