import { cutoffsOf, type Expired, listExpired, removeExpired } from '../streams/retain.ts';
import { BadInputError } from '../shared/errors.ts';
import { count, countOf, type Environment, type Output, print, table } from './output.ts';
import { withProgress } from './progress.ts';
import { stopped } from './stopped.ts';
import { withStore } from './with-store.ts';

/** Removes what is older than RETENTION_POSTS and RETENTION_RAW, or only shows it. */
export async function retention(
  environment: Environment,
  options: Output & { readonly dryRun?: boolean },
): Promise<void> {
  const { dryRun = false } = options;
  await withStore(environment, async ({ db }, config) => {
    const { postsMs, rawMs } = config.retention;
    if (postsMs === null && rawMs === null) {
      throw new BadInputError(
        'Everything is kept: set RETENTION_POSTS or RETENTION_RAW, e.g. RETENTION_POSTS=P365D',
      );
    }
    const now = Date.now();
    const found = dryRun
      ? await listExpired(db.sql, config.retention, now)
      : await withProgress(options, '{value} posts', (report) =>
          removeExpired(db.sql, config.retention, now, {
            signal: stopped,
            onProgress: ({ posts, title }) =>
              report(posts, null, { message: `${title}: ${countOf(posts, 'post')}` }),
          }),
        );
    const before = cutoffsOf(config.retention, now);
    print(
      options,
      { dryRun, postsBefore: before.posts, rawBefore: before.raw, ...sumOf(found), streams: found },
      [
        `${dryRun ? 'Would remove' : 'Removed'} ${describe(found)}`,
        ...table(
          found.map(({ title, posts, payloads }) => [title, count(posts), count(payloads)]),
          [1, 2],
        ),
      ],
    );
  });
}

const sumOf = (found: readonly Expired[]) => ({
  posts: found.reduce((sum, { posts }) => sum + posts, 0),
  payloads: found.reduce((sum, { payloads }) => sum + payloads, 0),
});

function describe(found: readonly Expired[]): string {
  const { posts, payloads } = sumOf(found);
  return `${countOf(posts, 'post')} and ${countOf(payloads, 'payload')} of ${countOf(found.length, 'stream')}`;
}
