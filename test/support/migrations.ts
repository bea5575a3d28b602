import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterwards } from './afterwards.ts';
import { root } from './program.ts';

/** Returns a folder with the project's migrations, followed by one more. */
export async function migrationsAnd(statement: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-migrations-'));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  await cp(join(root, 'drizzle'), folder, { recursive: true });
  const path = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(await readFile(path, 'utf8')) as { entries: { when: number }[] };
  const when = Math.max(...journal.entries.map((entry) => entry.when)) + 1;
  const entry = { idx: journal.entries.length, version: '7', when, tag: '9999_next', breakpoints: true };
  await writeFile(path, JSON.stringify({ ...journal, entries: [...journal.entries, entry] }));
  await writeFile(join(folder, '9999_next.sql'), statement);
  return folder;
}
