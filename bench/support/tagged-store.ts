import { foldAll } from './fold-all.ts';
import { openFilledStore } from './filled-store.ts';
import type { BenchStore } from './store.ts';
import { fillTrendStore } from './trend-store.ts';

/** A store of many posts with three hashtags each, with the tallies for reports over all streams, all folded. */
export type TaggedStore = {
  readonly store: BenchStore;
  /** The most used hashtag: every fifth post has it. */
  readonly top: string;
};

/** Writes the rows that reports and hashtags read, as an import would. */
export async function openTaggedStore(posts: number, keepStores: string | null): Promise<TaggedStore> {
  const store = await openFilledStore(keepStores, `tagged-${posts}`, async (fresh) => {
    await fillTrendStore(fresh, posts);
    await addTallies(fresh);
    await foldAll(fresh);
  });
  return { store, top: 'tag1' };
}

async function addTallies({ db: { sql } }: BenchStore): Promise<void> {
  await sql`
    insert into tally_totals (stream_id, dimension, value, posts, engagement, engaged)
    select stream_id, 'HASHTAG', tag, count(*), 0, 0 from posts, unnest(hashtags) as tag group by 1, 3
    union all
    select stream_id, 'AUTHOR', author_id, count(*), 0, 0 from posts group by 1, 3
    union all
    select stream_id, 'KNOWN', 'POSTS', count(*), 0, 0 from posts group by 1`;
  await sql`
    insert into authors (stream_id, author_id, handle, observed_at)
    select distinct stream_id, author_id, 'user' || author_id, now() from posts`;
  await sql`vacuum (analyze) tally_totals, authors, streams`;
}
