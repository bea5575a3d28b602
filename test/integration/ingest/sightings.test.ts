import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { anAccount, aPost, observed, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

const figure = fc.option(fc.nat(5), { nil: null });
const word = fc.constantFrom('a', 'b', 'c');
const said = fc.record({
  post: fc.integer({ min: 1, max: 3 }),
  text: word,
  kind: fc.constantFrom('ORIGINAL' as const, 'REPLY' as const, 'QUOTE' as const),
  language: fc.option(fc.constantFrom('en', 'de'), { nil: null }),
  client: fc.option(word, { nil: null }),
  name: word,
  hourUnknown: fc.boolean(),
  hashtags: fc.uniqueArray(word, { maxLength: 2 }),
  sentiment: fc.constantFrom(-0.5, 0, 0.5, null),
  likes: figure,
  reposts: figure,
  impressions: figure,
});
type Said = typeof said extends fc.Arbitrary<infer T> ? T : never;

/** Sightings of some posts, one a day, in order of time. */
const life = fc.array(said, { minLength: 1, maxLength: 8 });
/** Random values that reorder a list and cut it into pages. */
const order = fc.record({
  keys: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
  cuts: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
});

function sightingsOf(account: ReturnType<typeof anAccount>, all: readonly Said[]): readonly EnrichedPost[] {
  return all.map(({ post, name, likes, reposts, impressions, ...more }, day) =>
    aPost(account, {
      ...more,
      platformId: `${post}00000000`,
      createdAt: Date.UTC(2025, 0, post, more.hourUnknown ? 0 : 1),
      author: { platformId: account.platformId, handle: account.handle, displayName: name, avatarUrl: null },
      metrics: { likes, reposts, impressions, replies: null, quotes: null, bookmarks: null },
      observedAt: observed + day * 86_400_000,
    }),
  );
}

async function storeOf(all: readonly Said[], { keys, cuts }: { keys: number[]; cuts: boolean[] }) {
  const account = anAccount({ handle: 'same' });
  const shuffled = sightingsOf(account, all)
    .map((post, index) => ({ post, key: keys[index] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ post }) => post);
  let page: EnrichedPost[] = [];
  let streamId = 0;
  for (const [index, post] of shuffled.entries()) {
    page.push(post);
    if (index < shuffled.length - 1 && cuts[index]) continue;
    ({ streamId } = await savePosts(db, account, page));
    page = [];
  }
  return streamId;
}

const columns: Readonly<Record<string, string>> = {
  posts: `post_id, created_at, hour_unknown, coalesce(seen_at, observed_at), told_at::text, likes, reposts, impressions, engagement,
    impressions_estimated, sentiment, kind, text, language, client, hashtags, search_text`,
  post_terms: 'term, created_at, post_id',
  activity:
    'bucket, posts, originals, replied, quoted, likes, reposts, impressions, sentiment, positive, negative',
  tally_totals: 'dimension, value, posts, engagement',
  authors: 'handle, display_name',
};

async function contentsOf(streamId: number, more: Readonly<Record<string, string>> = {}) {
  const contents: Record<string, unknown> = {};
  for (const [table, list] of Object.entries({ ...columns, ...more })) {
    const where = table === 'tally_totals' ? `and posts > 0 and dimension <> 'AUTHOR'` : '';
    contents[table] = await db.sql.unsafe(
      `select ${list} from ${table} where stream_id = ${streamId} ${where} order by 1, 2, 3`.replace(
        'order by 1, 2, 3',
        table === 'authors' ? 'order by 1' : 'order by 1, 2, 3',
      ),
    );
  }
  return contents;
}

const inOrder = { keys: [0, 1, 2, 3, 4, 5, 6, 7], cuts: [] };

test.each([
  ['each of another text', (day: number) => `text ${day}`, 'text 3'],
  ['the last as the first', (day: number) => (day === 2 ? 'another text' : 'a text'), 'a text'],
])(
  'the text that was seen last is stored, in whatever order the sightings arrive: %s',
  async (_what, of, last) => {
    const text = (day: number) => ({ text: of(day), observedAt: observed + day * 1_000 });
    for (const days of [
      [1, 2, 3],
      [1, 3, 2],
      [2, 1, 3],
      [2, 3, 1],
      [3, 1, 2],
      [3, 2, 1],
    ]) {
      const account = anAccount();
      const post = aPost(account);
      let streamId = 0;
      for (const day of days) ({ streamId } = await savePosts(db, account, [{ ...post, ...text(day) }]));
      const [stored] = await db.sql`select text from posts where stream_id = ${streamId}`;
      expect(stored, days.join()).toEqual({ text: last });
    }
  },
);

test('posts are the same in the end, in whatever order and pages their sightings arrive', async () => {
  await fc.assert(
    fc.asyncProperty(life, order, async (all, how) => {
      const [first, second] = [await storeOf(all, inOrder), await storeOf(all, how)];
      expect(await contentsOf(second)).toEqual(await contentsOf(first));
      expect(await verifyStream(db.sql, second)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test('the history of figures is the same in the end when each sighting has other figures', async () => {
  await fc.assert(
    fc.asyncProperty(life, order, async (all, how) => {
      const told = all.map((one, day) => ({ ...one, likes: 10 * day, reposts: day, impressions: 100 * day }));
      const [first, second] = [await storeOf(told, inOrder), await storeOf(told, how)];
      const history = {
        metric_history: 'post_id, observed_at, likes, reposts, impressions',
        observed_activity: 'bucket, posts, likes, reposts, impressions',
      };
      expect(await contentsOf(second, history)).toEqual(await contentsOf(first, history));
    }),
    { numRuns: 40 },
  );
});
