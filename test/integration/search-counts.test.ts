import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startWorker } from '../../src/jobs/worker.ts';
import { searchQuery } from '../../src/shared/search-query.ts';
import { realData } from '../support/real-data.ts';
import { openStore } from '../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../support/worker.ts';

const folder = realData('the search and the counts of real archives');

describe.skipIf(folder === null)('of real archives', async () => {
  if (folder === null) return;
  const counts = JSON.parse(readFileSync(join(folder, 'counts.json'), 'utf8')) as Record<string, unknown>;
  const archives = Object.keys(counts).filter((file) => file.startsWith('x-archive'));
  const db = await openStore();
  const { jobs, queue } = await openJobs(db);
  const spoolRoot = await mkdtemp(join(tmpdir(), 'larkstat-search-'));
  const fetching = noProviders(db, queue);
  const worker = await startWorker({ db, url: db.url, queue, spoolRoot, fetching, log: quiet });
  afterAll(async () => {
    await worker.close();
    await rm(spoolRoot, { recursive: true, force: true });
  });

  /**
   * Of each of the 200 terms that most posts have: how many posts have it, how many of those a search finds, and how
   * many own posts it finds that are not among them.
   */
  async function compare(streamId: number, kind: 'WORD' | 'HASHTAG' | 'MENTION') {
    const terms = await db.sql<{ value: string; posts: number }[]>`
      select value, posts from tally_totals where stream_id = ${streamId} and dimension = ${kind}
      order by posts desc, value limit 200`;
    const values = terms.map(({ value }) => value);
    const list = db.sql(`${kind.toLowerCase()}s`);
    const rows = await db.sql<{ value: string; found: number; extra: number; unexplained: number }[]>`
      select t.value, count(*) filter (where has)::int as found, count(*) filter (where not has)::int as extra,
        count(*) filter (where not has and not (p.text || ' ' || array_to_string(p.hashtags || p.mentions, ' ')) ilike
          '%' || left(t.value, 1) || '%')::int as unexplained
      from unnest(${values}::text[], ${values.map(searchQuery)}::text[]) t (value, query)
      left join posts p on p.stream_id = ${streamId} and p.own and p.kind <> 'REPOST' and p.search @@ t.query::tsquery
      left join lateral (select t.value = any(p.${list}) as has) h on true
      group by t.value`;
    return { terms, rows };
  }

  test.each(archives)(
    '%s: a search for a word, hashtag or mention finds every post that the count has',
    async (file) => {
      const path = file.endsWith('.zip') ? join(folder, file) : dirname(dirname(join(folder, file)));
      const known = file.endsWith('.zip') || existsSync(join(path, 'data', 'account.js'));
      const jobId = await jobs.importArchive({ path, handle: known ? null : 'smithjd', uploaded: false });
      const { streamId } = await untilJob(db, jobId, isOver, 300_000);
      for (const kind of ['WORD', 'HASHTAG', 'MENTION'] as const) {
        const { terms, rows } = await compare(streamId ?? 0, kind);
        const counted = new Map(terms.map(({ value, posts }) => [value, posts]));
        expect(rows.map(({ value, found }) => [value, found])).toEqual(
          rows.map(({ value }) => [value, counted.get(value)]),
        );
        // What is found besides has the word in a link, a tag, an address, or has a longer word's part.
        expect(rows.filter(({ unexplained }) => unexplained > 0)).toEqual([]);
      }
    },
    400_000,
  );
});
