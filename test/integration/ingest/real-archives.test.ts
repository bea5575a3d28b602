import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startWorker } from '../../../src/jobs/worker.ts';
import { ask, openApp } from '../../support/app.ts';
import { realData } from '../../support/real-data.ts';
import { searchFindsWhatIsCounted } from '../../support/search-counts.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';

/** The counts of a separate script for each file. */
type Counts = {
  readonly tweets: number;
  readonly distinct_ids: number;
  readonly first: string;
  readonly last: string;
  readonly with_hashtags: number;
  readonly with_mentions: number;
  readonly replies: number;
  readonly replies_to_tweet_in_file: number;
  readonly text_starts_RT: number;
  readonly sum_favorite_count: number;
  readonly without_favorite_count: number;
};

const folder = realData('real archives');

describe.skipIf(folder === null)('real archives', async () => {
  if (folder === null) return;
  const counts = JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8')) as Record<string, Counts>;
  const archives = Object.entries(counts).filter(([file]) => file.startsWith('x-archive'));
  // At the end everything is counted again.
  const db = await openStore();
  const { jobs, queue } = await openJobs(db);
  const spoolRoot = await mkdtemp(join(tmpdir(), 'larkstat-real-'));
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot,
    fetching: noProviders(db, queue),
    log: quiet,
  });
  const app = openApp(db);
  afterAll(async () => {
    await worker.close();
    await rm(spoolRoot, { recursive: true, force: true });
  });

  test.each(archives)(
    '%s is imported completely, equals a separate count, and a search finds every counted word',
    async (file, expected) => {
      // The folder around data/tweets.js.gz has the account's own files, if its owner published them.
      const path = file.endsWith('.zip') ? join(folder, file) : dirname(dirname(join(folder, file)));
      const known = file.endsWith('.zip') || existsSync(join(path, 'data', 'account.js'));
      const jobId = await jobs.importArchive({ path, handle: known ? null : 'smithjd', uploaded: false });
      const job = await untilJob(db, jobId, isOver, 300_000);
      expect(job).toMatchObject({ state: 'SUCCEEDED', inserted: expected.distinct_ids, rejected: 0 });
      const streamId = job.streamId ?? 0;
      // Otherwise the planner may know nothing about this stream yet, and joins all of its posts with each of them.
      await db.sql`analyze posts`;
      const [found] = await db.sql`
        select count(*)::int as posts,
          min(created_at at time zone 'UTC')::date::text as first, max(created_at at time zone 'UTC')::date::text as last,
          count(*) filter (where cardinality(hashtags) > 0)::int as with_hashtags,
          count(*) filter (where cardinality(mentions) > 0)::int as with_mentions,
          count(*) filter (where kind = 'REPOST')::int as reposts,
          count(parent_id)::int as replies,
          (select count(*)::int from posts c join posts p on p.stream_id = c.stream_id and p.post_id = c.parent_id
            where c.stream_id = ${streamId}) as answers,
          count(*) filter (where own)::int as own,
          sum(likes)::int as likes
        from posts where stream_id = ${streamId}`;
      expect(found).toMatchObject({
        posts: expected.distinct_ids,
        first: expected.first,
        last: expected.last,
      });
      // counts.json counts each copy of a tweet; only one archive has copies.
      const copies = expected.tweets - expected.distinct_ids;
      const counted: [number, number][] = [
        [found?.with_hashtags, expected.with_hashtags],
        [found?.with_mentions, expected.with_mentions],
        [found?.replies, expected.replies],
        [found?.answers, expected.replies_to_tweet_in_file],
      ];
      for (const [ours, theirs] of counted) {
        expect(theirs - ours).toBeGreaterThanOrEqual(0);
        expect(theirs - ours).toBeLessThanOrEqual(copies);
      }
      // People also wrote RT @name by hand, without the colon of X's own retweets: at most 20 of 3,694.
      expect(found?.reposts).toBeGreaterThanOrEqual(expected.text_starts_RT - copies - 20);
      if (copies === 0) {
        // Figures of reposts are not stored: they are zeros, except a like here and there.
        expect(expected.sum_favorite_count - (found?.likes ?? 0)).toBeGreaterThanOrEqual(0);
        expect(expected.sum_favorite_count - (found?.likes ?? 0)).toBeLessThanOrEqual(1);
        expect(found?.likes === null).toBe(expected.without_favorite_count === expected.tweets);
      }

      const { data, errors } = await ask(
        app,
        `query ($streams: [ID!]) {
          posts(filter: { streams: $streams }, first: 1) { totalCount }
          node(id: "${Buffer.from(`Account:${streamId}`).toString('base64')}") {
            ... on Account { stats { totals { posts reposts likesReceived } byYear: series(interval: YEAR) { values } } }
          }
        }`,
        { streams: [Buffer.from(`Account:${streamId}`).toString('base64')] },
      );
      expect(errors).toBeUndefined();
      expect(data.posts.totalCount).toBe(expected.distinct_ids);
      const { totals, byYear } = data.node.stats;
      expect(totals.posts).toBe(found?.own);
      expect(byYear.values.reduce((sum: number, value: number) => sum + value, 0)).toBe(found?.own);
      await searchFindsWhatIsCounted(db, streamId);
    },
    400_000,
  );
});
