import { existsSync } from 'node:fs';

/** The folder of real data in REAL_DATA; null, with a message, when it is not set. */
export function realData(suite: string): string | null {
  const folder = process.env.REAL_DATA;
  if (folder && existsSync(folder)) return folder;
  process.stderr.write(`skipped: ${suite} (set REAL_DATA to a folder of real data to run it)\n`);
  return null;
}
