import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { ingest } from '../../../src/streams/ingest.ts';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { verifyStream } from '../../support/verify.ts';
import { findOrCreateAccount, findOrCreateTopic, reserveAccount } from '../../../src/streams/create.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { openArchive } from '../../../src/providers/x-archive/provider.ts';
import type { AccountProfile, NormalisedPost, Page } from '../../../src/shared/post.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const dayMs = 86_400_000;

/** The ending of a test's names, which nobody else's names have. */
let worlds = 0;

const postsOf = (account: AccountProfile, ids: readonly number[]): readonly NormalisedPost[] =>
  ids.map((id) => ({
    ...aPost(account, { platformId: String(id), createdAt: Date.UTC(2025, id % 3, 1 + id) }),
    observedAt: account.observedAt,
    entities: null,
  }));

const handleOnly = (account: AccountProfile): AccountProfile => ({ ...account, platformId: null });

const pageOf = (account: AccountProfile, posts: readonly NormalisedPost[]): Page<NormalisedPost> => ({
  account,
  posts,
  cursor: '',
  total: null,
  rejected: [],
});

/** An archive's own post belongs to the account as it is known. */
const ofArchive = (post: NormalisedPost, account: AccountProfile | null): NormalisedPost =>
  post.own && account !== null
    ? { ...post, author: { ...post.author, platformId: account.platformId } }
    : post;

/** Ingests posts as the import of an archive does. */
async function importPosts(
  account: AccountProfile,
  pages: Iterable<Page<NormalisedPost>> | AsyncIterable<Page<NormalisedPost>>,
) {
  const { streamId, make } = await reserveAccount(db.sql, account);
  await ingest(db.sql, {
    streamId,
    make,
    platform: 'X',
    provider: 'X_ARCHIVE',
    pages,
    read: ofArchive,
    now: () => account.observedAt,
  });
  return streamId;
}

/** Ingests posts as a fetch does. */
async function fetchPosts(account: AccountProfile, posts: readonly NormalisedPost[]) {
  const streamId = await findOrCreateAccount(db.sql, account);
  await ingest(db.sql, {
    streamId,
    platform: 'X',
    provider: 'X_API',
    pages: [pageOf(account, posts)],
    read: (post) => post,
    now: () => account.observedAt,
  });
  return streamId;
}

/** Writes own posts with the handle as author into a stream whose id is known, as an older version did. */
async function writeUnderHandle(streamId: number, account: AccountProfile, ids: readonly number[]) {
  const posts = ids.map((id) =>
    aPost(handleOnly(account), { platformId: String(id), createdAt: Date.UTC(2025, id % 3, 1) }),
  );
  await writeBatch(
    db.sql,
    { streamId, platform: 'X', provider: 'X_ARCHIVE' },
    { account: null, posts, read: asGiven, collectedAt: observed },
  );
}

/** The number of a stream's posts by author, in each table that counts by author. */
async function authorsOf(streamId: number) {
  const posts = await db.sql`
    select author_id, count(*)::int as posts from posts where stream_id = ${streamId} group by 1 order by 1`;
  const totals = await db.sql`
    select value as author_id, posts from tally_totals
    where stream_id = ${streamId} and dimension = 'AUTHOR' order by 1`;
  const months = await db.sql`
    select u.value as author_id, sum(u.posts)::int as posts, count(*) = count(distinct (month, part)) as once
    from tally_months m, unnest(m."values", m.posts) as u (value, posts)
    where stream_id = ${streamId} and dimension = 'AUTHOR' group by 1 order by 1`;
  const authors = await db.sql`
    select author_id, lower(handle) as handle from authors where stream_id = ${streamId} order by 1`;
  return {
    posts: posts.map((row) => ({ ...row })),
    totals: totals.map((row) => ({ ...row })),
    months: months.map((row) => ({ ...row })),
    authors: authors.map((row) => ({ ...row })),
    differences: await verifyStream(db.sql, streamId),
  };
}

/** The result of `authorsOf` when one author wrote all posts. */
const oneAuthor = (author_id: string, posts: number, handle: string) => ({
  posts: [{ author_id, posts }],
  totals: [{ author_id, posts }],
  months: [{ author_id, posts, once: true }],
  authors: [{ author_id, handle }],
  differences: [],
});

const versionOf = async (streamId: number) =>
  Number((await db.sql`select version from streams where stream_id = ${streamId}`)[0]?.version);

test('an import that knows the handle alone is of the author whose id the stream knows', async () => {
  const account = anAccount();
  const streamId = await fetchPosts(account, postsOf(account, [1, 2]));
  const archive = handleOnly({ ...account, handle: account.handle.toUpperCase() });
  expect(await importPosts(archive, [pageOf(archive, postsOf(archive, [2, 3]))])).toBe(streamId);
  expect(await authorsOf(streamId)).toEqual(oneAuthor(account.platformId ?? '', 3, account.handle));
});

test('posts that came in under the handle go over to the id when it is learned', async () => {
  const account = anAccount();
  const archive = handleOnly(account);
  const streamId = await importPosts(archive, [pageOf(archive, postsOf(archive, [1, 2, 3, 4]))]);
  expect(await authorsOf(streamId)).toEqual(oneAuthor(`@${account.handle}`, 4, account.handle));
  const before = await versionOf(streamId);
  expect(await findOrCreateAccount(db.sql, account)).toBe(streamId);
  expect(await authorsOf(streamId)).toEqual(oneAuthor(account.platformId ?? '', 4, account.handle));
  expect(await versionOf(streamId)).toBe(before + 1);
  expect(await db.sql`select platform_id from accounts where stream_id = ${streamId}`).toEqual([
    { platform_id: account.platformId },
  ]);
});

test('an id that is learned while an import by handle runs leaves one author', async () => {
  const account = anAccount();
  const archive = handleOnly(account);
  async function* pages() {
    yield pageOf(archive, postsOf(archive, [1, 2]));
    yield pageOf(archive, postsOf(archive, [3, 4]));
    await findOrCreateAccount(db.sql, account);
    yield pageOf(archive, postsOf(archive, [5]));
    yield pageOf(archive, postsOf(archive, [6]));
  }
  const streamId = await importPosts(archive, pages());
  expect(await authorsOf(streamId)).toEqual(oneAuthor(account.platformId ?? '', 6, account.handle));
});

test('a page that is made before the id is learned and written after it is of the id', async () => {
  const account = anAccount();
  const archive = handleOnly(account);
  const streamId = await importPosts(archive, [pageOf(archive, postsOf(archive, [9]))]);
  await ingest(db.sql, {
    streamId,
    platform: 'X',
    provider: 'X_ARCHIVE',
    pages: [pageOf(archive, postsOf(archive, [1, 2]))],
    read: ofArchive,
    now: () => observed,
    // Runs first in the transaction, when the page is read.
    make: async () => {
      await findOrCreateAccount(db.sql, account);
    },
  });
  expect(await authorsOf(streamId)).toEqual(oneAuthor(account.platformId ?? '', 3, account.handle));
});

test('more posts than one statement moves all go over', async () => {
  const account = anAccount();
  const archive = handleOnly(account);
  const ids = Array.from({ length: 6_000 }, (_, index) => index + 1);
  const posts = ids.map((id) => ({
    ...aPost(archive, { platformId: String(id) }),
    entities: null,
  }));
  const streamId = await importPosts(archive, [pageOf(archive, posts)]);
  await findOrCreateAccount(db.sql, account);
  const stored = await db.sql`
    select author_id, count(*)::int as posts from posts where stream_id = ${streamId} group by 1`;
  expect(stored.map((row) => ({ ...row }))).toEqual([{ author_id: account.platformId, posts: 6_000 }]);
});

/** A stream as an older version left it: own posts by both the id and the handle, in months that overlap. */
async function withTwoAuthors(account: AccountProfile) {
  const streamId = await fetchPosts(account, postsOf(account, [1, 2, 3]));
  await writeUnderHandle(streamId, account, [3, 4, 5, 6, 7]);
  expect((await authorsOf(streamId)).totals).toHaveLength(2);
  return streamId;
}

test('a stream that has two authors is mended by a rebuild', async () => {
  const account = anAccount();
  const streamId = await withTwoAuthors(account);
  // Five that were written as delivered, not as they are derived; four that move to the id.
  expect(await rebuildStream(db.sql, streamId, rawParser)).toMatchObject({ changed: 5 + 4 });
  expect(await authorsOf(streamId)).toEqual(oneAuthor(account.platformId ?? '', 7, account.handle));
  expect(await rebuildStream(db.sql, streamId, rawParser)).toMatchObject({ changed: 0 });
});

test('a stream that has two authors is mended by a rebuild after the account took another handle', async () => {
  const account = anAccount();
  const streamId = await withTwoAuthors(account);
  const renamed = { ...account, handle: `${account.handle}_now`, observedAt: observed + dayMs };
  await db.sql`update accounts set handle = ${renamed.handle} where stream_id = ${streamId}`;
  await rebuildStream(db.sql, streamId, rawParser);
  expect(await authorsOf(streamId)).toMatchObject({
    posts: [{ author_id: account.platformId, posts: 7 }],
    authors: [{ author_id: account.platformId }],
    differences: [],
  });
});

test('a stream that has two authors is mended when its id is told again, and only then changes', async () => {
  const account = anAccount();
  const streamId = await withTwoAuthors(account);
  const before = await versionOf(streamId);
  await findOrCreateAccount(db.sql, account);
  expect(await authorsOf(streamId)).toEqual(oneAuthor(account.platformId ?? '', 7, account.handle));
  expect(await versionOf(streamId)).toBe(before + 1);
  await findOrCreateAccount(db.sql, account);
  expect(await versionOf(streamId)).toBe(before + 1);
});

test('a handle that changed hands leaves each their own posts', async () => {
  const first = anAccount();
  const second = { ...anAccount(), handle: first.handle, observedAt: observed + dayMs };
  const one = await fetchPosts(first, postsOf(first, [1, 2]));
  const two = await fetchPosts(second, postsOf(second, [3]));
  const archive = handleOnly({ ...second, observedAt: observed + 2 * dayMs });
  expect(await importPosts(archive, [pageOf(archive, postsOf(archive, [4, 5]))])).toBe(two);
  expect(await authorsOf(one)).toEqual(oneAuthor(first.platformId ?? '', 2, first.handle));
  expect(await authorsOf(two)).toEqual(oneAuthor(second.platformId ?? '', 3, first.handle));
});

test('others who wrote in the stream stay who they are when the id is learned', async () => {
  const account = anAccount();
  const other = anAccount();
  const archive = handleOnly(account);
  const streamId = await importPosts(archive, [
    pageOf(archive, [
      ...postsOf(archive, [1]),
      ...postsOf(other, [2]).map((post) => ({ ...post, own: false })),
      ...postsOf(handleOnly(other), [3]).map((post) => ({ ...post, own: false })),
    ]),
  ]);
  await findOrCreateAccount(db.sql, account);
  const { posts, authors, differences } = await authorsOf(streamId);
  expect(new Map(posts.map(({ author_id, posts }) => [author_id, posts]))).toEqual(
    new Map([
      [account.platformId, 1],
      [other.platformId, 1],
      [`@${other.handle}`, 1],
    ]),
  );
  expect(authors).toHaveLength(3);
  expect(differences).toEqual([]);
});

test("another's post in a file that knows the handle alone stays theirs when the id is known", async () => {
  const account = anAccount();
  const other = anAccount();
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-author-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const tweet = (id: string, user: AccountProfile) => ({
    id_str: id,
    full_text: `tweet ${id}`,
    created_at: 'Wed Jan 01 10:00:00 +0000 2025',
    user: { id_str: user.platformId, screen_name: user.handle },
  });
  const path = join(folder, 'tweets.js');
  const tweets = [tweet('1', account), tweet('2', other)].map((tweet) => ({ tweet }));
  await writeFile(path, `window.YTD.tweets.part0 = ${JSON.stringify(tweets)}`);
  const spoolFolder = join(folder, 'spool');
  const archive = await openArchive({ path, handle: account.handle, spoolFolder, pageSize: 10 });

  const streamId = await fetchPosts(account, postsOf(account, [3]));
  const { streamId: found, make } = await reserveAccount(db.sql, archive.account);
  expect(found).toBe(streamId);
  await ingest(db.sql, {
    streamId,
    make,
    platform: 'X',
    provider: 'X_ARCHIVE',
    pages: archive.pages(null),
    read: (one, known) => archive.read(one, known ?? archive.account),
    now: () => observed,
  });
  const stored = await db.sql`
    select author_id, own from posts where stream_id = ${streamId} order by post_id`;
  expect(stored.map((row) => ({ ...row }))).toEqual([
    { author_id: account.platformId, own: true },
    { author_id: other.platformId, own: false },
    { author_id: account.platformId, own: true },
  ]);
  expect(await rebuildStream(db.sql, streamId, rawParser)).toMatchObject({ changed: 0 });
  expect((await authorsOf(streamId)).differences).toEqual([]);
});

test('the authors of a topic stay as they came', async () => {
  const [known, unknown] = [anAccount(), handleOnly(anAccount())];
  const streamId = await findOrCreateTopic(db.sql, `#topic${worlds++}`);
  const posts = [...postsOf(known, [1]), ...postsOf(unknown, [2])];
  const batch = { ...pageOf(known, posts), account: null };
  const source = { streamId, platform: 'X', provider: 'SOCIALDATA' } as const;
  await ingest(db.sql, { ...source, pages: [batch], read: (post) => post, now: () => observed });
  await rebuildStream(db.sql, streamId, rawParser);
  expect((await authorsOf(streamId)).totals).toEqual(
    expect.arrayContaining([
      { author_id: known.platformId, posts: 1 },
      { author_id: `@${unknown.handle}`, posts: 1 },
    ]),
  );
});

test('the API counts one author and lists all posts under it', async () => {
  const account = anAccount();
  const archive = handleOnly(account);
  await importPosts(archive, [pageOf(archive, postsOf(archive, [1, 2, 3]))]);
  await fetchPosts(account, postsOf(account, [3, 4]));
  await importPosts(archive, [pageOf(archive, postsOf(archive, [4, 5]))]);
  const { data, errors } = await ask(
    app,
    `{ account(handle: "${account.handle}") {
      stats { totals { posts authors } topAuthors { posts author { id handle } } }
      posts { nodes { author { id } } } } }`,
  );
  expect(errors).toBeUndefined();
  const id = Buffer.from(`Author:X:${account.platformId}`).toString('base64');
  expect(data.account.stats).toEqual({
    totals: { posts: 5, authors: 1 },
    topAuthors: [{ posts: 5, author: { id, handle: account.handle } }],
  });
  expect(data.account.posts.nodes).toEqual(Array.from({ length: 5 }, () => ({ author: { id } })));
});

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
const taking = fc.record({
  how: fc.constantFrom('archive' as const, 'archive by handle' as const, 'fetch' as const),
  ids,
});

/** Ingests what a source delivers about a person, as seen on a day. */
async function take(
  how: 'archive' | 'archive by handle' | 'fetch',
  account: AccountProfile,
  ids: readonly number[],
) {
  if (how === 'fetch') return fetchPosts(account, postsOf(account, ids));
  const given = how === 'archive' ? account : handleOnly(account);
  // Each post is a page: an id may become known from the second page on.
  return importPosts(
    given,
    ids.map((id) => pageOf(given, postsOf(given, [id]))),
  );
}

test('one account ends with one author and the same counts, whatever order its sources come in', async () => {
  const deliveries = fc.array(taking, { minLength: 2, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(deliveries, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), async (all, keys) => {
      const ends: unknown[] = [];
      const seen = all.map((one, day) => ({ ...one, day, key: keys[day] ?? 0 }));
      for (const order of [seen, seen.toSorted((a, b) => a.key - b.key)]) {
        const account = anAccount();
        let streamId = 0;
        for (const { how, ids, day } of order) {
          streamId = await take(how, { ...account, observedAt: observed + day * dayMs }, ids);
        }
        const isKnown = all.some(({ how }) => how !== 'archive by handle');
        const posts = new Set(all.flatMap(({ ids }) => ids));
        const author = isKnown ? account.platformId : `@${account.handle}`;
        const found = await authorsOf(streamId);
        expect(found).toEqual(oneAuthor(author ?? '', posts.size, account.handle));
        const stored = await db.sql`
          select post_id, created_at, own, text from posts where stream_id = ${streamId} order by 1`;
        ends.push(stored.map((row) => ({ ...row })));
      }
      expect(ends[1]).toEqual(ends[0]);
    }),
    { numRuns: 20 },
  );
});

type Kept = { id: string | null; first: string; handle: string; seen: number; posts: Set<number> };

/**
 * Where a source's posts belong: to the account's stream by its id, otherwise to the stream of the handle, that of its
 * newest holder first.
 */
function place(kept: Kept[], id: string | null, handle: string, seen: number): Kept {
  const byId = kept.find((one) => id !== null && one.id === id);
  const unnamed = kept.find((one) => one.id === null && one.first === handle);
  const holders = kept.filter((one) => id === null && one.handle === handle).sort((a, b) => b.seen - a.seen);
  const found = byId ?? unnamed ?? holders[0];
  const at = found ?? { id, first: handle, handle, seen, posts: new Set<number>() };
  if (found === undefined) kept.push(at);
  Object.assign(at, { id: at.id ?? id, handle, seen });
  return at;
}

test('people who rename themselves, also to names that others had, keep one author each', async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ person: fc.nat(1), act: taking }) },
    { weight: 1, arbitrary: fc.record({ person: fc.nat(1), act: fc.constantFrom('ada', 'bob', 'cat') }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
      const world = worlds++;
      const people = [anAccount({ handle: `ada${world}` }), anAccount({ handle: `bob${world}` })];
      const kept: (Kept & { streamId?: number })[] = [];
      for (const [day, { person, act }] of steps.entries()) {
        const account = people[person] as AccountProfile;
        if (typeof act === 'string') {
          const handle = `${act}${world}`;
          if (people.every((other) => other.handle !== handle)) people[person] = { ...account, handle };
          continue;
        }
        const seen = observed + day * dayMs;
        const isByHandle = act.how === 'archive by handle';
        const at: Kept & { streamId?: number } = place(
          kept,
          isByHandle ? null : account.platformId,
          account.handle,
          seen,
        );
        for (const id of act.ids) at.posts.add(id);
        const streamId = await take(act.how, { ...account, observedAt: seen }, act.ids);
        expect(streamId).toBe(at.streamId ?? streamId);
        at.streamId = streamId;
      }
      for (const { id, first, handle, posts, streamId = 0 } of kept) {
        expect(await authorsOf(streamId)).toEqual(oneAuthor(id ?? `@${first}`, posts.size, handle));
      }
    }),
    { numRuns: 25 },
  );
});
