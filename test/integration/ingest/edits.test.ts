import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import type { EnrichedPost, ProviderName, Versions } from '../../../src/shared/post.ts';
import { xIdOf, xKey } from '../../../src/shared/post-key.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { sighting } from '../../support/sightings.ts';
import { openStore } from '../../support/store.ts';
import { onOneNode } from '../../support/on-one-node.ts';

const db = await openStore();

/** The content of a page: versions of posts, and for some posts the list of their versions. */
type Page = {
  readonly provider: ProviderName;
  readonly posts: readonly EnrichedPost[];
  readonly edits: readonly Versions[];
  /** Whether the first try fails at its end, as in a crash. */
  readonly crashes: boolean;
};

const account = anAccount();

async function write(streamId: number, { provider, posts, edits, crashes }: Page) {
  const source = { streamId, platform: 'X' as const, provider };
  const batch = { account: null, posts, edits, read: asGiven, collectedAt: observed };
  const fail = () => Promise.reject(new Error('crash'));
  if (crashes) {
    await expect(writeBatch(db.sql, source, batch, { withinTransaction: fail })).rejects.toThrow('crash');
  }
  return writeBatch(db.sql, source, batch);
}

// `verify` checks the months, whose values are in the order of their arrival.
const tables = ['posts', 'metric_history', 'post_terms', 'activity', 'observed_activity', 'tally_totals'];

/** Everything that a stream's answers depend on. They do not depend on which of two streams' rows counts for a post. */
async function stateOf(streamId: number): Promise<unknown> {
  const state: Record<string, unknown> = {};
  for (const table of tables) {
    const rows = await db.sql`
      select (to_jsonb(t) - 'stream_id' - 'search' - 'stands')::text as row from ${db.sql(table)} t
      where stream_id = ${streamId} order by 1`;
    state[table] = rows.map(({ row }) => row as string);
  }
  const [extent] = await db.sql`
    select earliest_post_at as earliest, latest_post_at as latest from streams where stream_id = ${streamId}`;
  return { ...state, extent };
}

const idsOf = async (streamId: number): Promise<readonly string[]> =>
  (
    await db.sql<{ id: string }[]>`select post_id as id from posts where stream_id = ${streamId} order by 1`
  ).map(({ id }) => xIdOf(id));

/** The id of a version: versions of one post are apart, with those of others between them. */
const idOf = (post: number, version: number): string => String(1_000 + version * 37 + post * 5);

const seen = fc.record({
  post: fc.nat(4),
  version: fc.nat(3),
  /** Up to which version the source knows; null: it does not report edits. */
  knows: fc.option(fc.nat(3), { nil: null }),
  says: sighting,
});
const page = fc.record({
  provider: fc.constantFrom<ProviderName>('X_ARCHIVE', 'X_API', 'SOCIALDATA', 'X_SCRAPER'),
  seen: fc.array(seen, { maxLength: 6 }),
  crashes: fc.boolean(),
});

describe('versions of one post', () => {
  test('leave what the newest alone would, in any order, from any source, over crashes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(page, { maxLength: 5 }), async (pages) => {
        const newest = new Map<number, number>();
        const isTold = new Map<number, number>();
        for (const { post, version, knows } of pages.flatMap((one) => one.seen)) {
          newest.set(post, Math.max(newest.get(post) ?? 0, version));
          if (knows !== null) isTold.set(post, Math.max(isTold.get(post) ?? 0, knows, version));
        }
        const written = pages.map((one): Page => {
          const posts = one.seen.map(({ post, version, says }) =>
            aPost(account, { ...says, platformId: idOf(post, version) }),
          );
          const edits = one.seen.flatMap(({ post, version, knows }) => {
            if (knows === null) return [];
            return [Array.from({ length: Math.max(knows, version) + 1 }, (_, at) => idOf(post, at))];
          });
          return { ...one, posts, edits: edits.filter((versions) => versions.length > 1) };
        });
        // A version that no source reports as an edit is a post of its own: here one source reports each.
        const last: Page = {
          provider: 'X_API',
          crashes: false,
          posts: [],
          edits: [...newest].map(([post, version]) =>
            Array.from({ length: version + 2 }, (_, at) => idOf(post, at)),
          ),
        };
        const isNewest = new Set([...newest].map(([post, version]) => idOf(post, version)));
        const streamId = await findOrCreateAccount(db.sql, anAccount());
        for (const one of [...written, last]) await write(streamId, one);
        const alone = await findOrCreateAccount(db.sql, anAccount());
        for (const one of written) {
          const posts = one.posts.filter(({ platformId }) => isNewest.has(platformId));
          await write(alone, { ...one, posts, edits: [], crashes: false });
        }
        expect(await stateOf(streamId)).toEqual(await stateOf(alone));
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  const [first, second, third] = [idOf(1, 0), idOf(1, 1), idOf(1, 2)];
  const post = (platformId: string) => aPost(account, { platformId });
  const told = (posts: readonly string[], edits: readonly Versions[] = []): Page => ({
    provider: 'X_API',
    posts: posts.map(post),
    edits,
    crashes: false,
  });

  test('are reported as left out or removed, and only once', async () => {
    const streamId = await findOrCreateAccount(db.sql, anAccount());
    expect(await write(streamId, told([first]))).toMatchObject({ inserted: 1, removed: 0 });
    expect(await write(streamId, told([second], [[first, second]]))).toMatchObject({
      inserted: 1,
      removed: 1,
    });
    expect(await write(streamId, told([first]))).toMatchObject({ inserted: 0, updated: 0, removed: 0 });
    expect(await write(streamId, told([second], [[first, second]]))).toMatchObject({
      inserted: 0,
      removed: 0,
    });
    expect(await idsOf(streamId)).toEqual([second]);
  });

  test('stay as long as the reported later one has not come', async () => {
    const streamId = await findOrCreateAccount(db.sql, anAccount());
    await write(streamId, told([first], [[first, second, third]]));
    expect(await idsOf(streamId)).toEqual([first]);
    // From a source that does not report edits.
    await write(streamId, told([third]));
    expect(await idsOf(streamId)).toEqual([third]);
    await write(streamId, told([second]));
    expect(await idsOf(streamId)).toEqual([third]);
  });

  test('do not come back once the newest was deleted', async () => {
    const streamId = await findOrCreateAccount(db.sql, anAccount());
    await write(streamId, told([second], [[first, second]]));
    const source = { streamId, platform: 'X' as const, provider: 'X_API' as const };
    const batch = { account: null, posts: [], deleted: [second], read: asGiven, collectedAt: observed };
    expect((await writeBatch(db.sql, source, batch)).removed).toBe(1);
    await write(streamId, told([first]));
    expect(await idsOf(streamId)).toEqual([]);
  });

  test('are those of one stream alone, and go with it', async () => {
    const [one, another] = [anAccount(), anAccount()];
    const { streamId } = await savePosts(db, one, [post(first)]);
    const other = await savePosts(db, another, [post(first)]);
    await write(streamId, told([second], [[first, second]]));
    expect(await idsOf(other.streamId)).toEqual([first]);
    await deleteStreamRows(db.sql, streamId);
    const rows = await db.sql`select from post_versions where stream_id = ${streamId}`;
    expect(rows.length).toBe(0);
  });

  onOneNode('are found by a probe or two, and cost a stream without edits one', async () => {
    const plan = await db.sql.begin(async (tx) => {
      // Postgres reads a table as a whole that was empty when it was last analyzed.
      await tx`set local enable_seqscan = off`;
      return tx`explain (format json) select from post_versions where stream_id = 1 and post_id = ${xKey(first)}`;
    });
    // By whichever index the planner expects to be fastest.
    expect(JSON.stringify(plan)).toMatch(/"Node Type":"Index (Only )?Scan"/);
  });
});
