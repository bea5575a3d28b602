import { createInterface } from 'node:readline/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { deleteStream } from '../jobs/delete-stream.ts';
import { BadInputError } from '../shared/errors.ts';
import { getNamedStream } from './find-stream.ts';
import { jobFilesOf } from './job-files.ts';
import { countOf, type Environment, type Output, print } from './output.ts';
import { stopped } from './stopped.ts';
import { withStore } from './with-store.ts';

/** Erases an account or a topic after a confirmation. */
export async function remove(
  environment: Environment,
  name: string,
  options: Output & { readonly yes?: boolean },
): Promise<void> {
  await withStore(environment, async (store, config) => {
    const { streamId, title } = await getNamedStream(store, name);
    const { posts, jobs } = await countOwned(store.db, streamId);
    const what = `${countOf(posts, 'post')} and ${countOf(jobs, 'job')}`;
    if (!options.yes && !(await isConfirmed(`Remove ${title} with ${what}? [y/N] `))) {
      throw new BadInputError(`${title} was not removed: give --yes to remove it`);
    }
    await deleteStream(store.db.sql, streamId, jobFilesOf(config));
    print(options, { removed: title, posts, jobs }, [`Removed ${title}: ${what}`]);
  });
}

/** False without a terminal: nobody can answer. */
async function isConfirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question, { signal: stopped })).trim());
  } finally {
    terminal.close();
  }
}

async function countOwned(db: Database, streamId: number) {
  const [row] = await db.rows<{ readonly posts: number; readonly jobs: number }>(sql`
    select (select count(*) from posts where stream_id = ${streamId})::float8 as posts,
      (select count(*) from jobs where stream_id = ${streamId})::float8 as jobs`);
  return row ?? { posts: 0, jobs: 0 };
}
