import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { startRetaining } from '../../../src/jobs/retaining.ts';
import { verifyStream } from '../../support/verify.ts';
import { dayMs } from '../../../src/shared/instant.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { listExpired, removeExpired } from '../../../src/streams/retain.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { sighting } from '../../support/sightings.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const now = Date.UTC(2026, 0, 1);
const daysAgo = (days: number) => now - days * dayMs;

const state = async (streamId: number) => {
  const [row] = await db.sql<
    { version: number; ids: string[]; first: Date | null; last: Date | null; payloads: string[][] }[]
  >`
    select version::float8 as version, earliest_post_at as first, latest_post_at as last,
      array(select post_id::text from posts p where p.stream_id = ${streamId} order by 1) as ids,
      (select coalesce(json_agg(post_ids order by batch_id), '[]') from raw_payloads r
        where r.stream_id = ${streamId}) as payloads
    from streams where stream_id = ${streamId}`;
  if (row === undefined) throw new Error('no such stream');
  return row;
};

/** A batch of posts that was collected some days ago; each post was written some days before now. */
const batch = fc.record({
  collectedDaysAgo: fc.integer({ min: 0, max: 12 }),
  posts: fc.uniqueArray(
    fc.record({ seen: sighting, daysAgo: fc.integer({ min: 0, max: 12 }), hasRaw: fc.boolean() }),
    { selector: ({ seen }) => seen.platformId, maxLength: 6 },
  ),
});
const days = fc.option(fc.integer({ min: 1, max: 12 }), { nil: null });

describe('retention', () => {
  test('keeps younger posts, and rollups that equal their recount', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 4 }), days, days, async (batches, postDays, rawDays) => {
        const account = anAccount();
        const { streamId } = await savePosts(db, account, []);
        for (const { collectedDaysAgo, posts } of batches) {
          const given = posts.map(({ seen, daysAgo: age, hasRaw }) =>
            aPost(account, { ...seen, createdAt: daysAgo(age), raw: hasRaw ? '{}' : null }),
          );
          await savePosts(db, account, given, { collectedAt: daysAgo(collectedDaysAgo) });
        }
        // A plain count of everything: a post that was seen again may have another time than its delivery says.
        const all = await db.sql<{ id: string; createdAt: Date }[]>`
          select post_id::text as id, created_at as "createdAt" from posts where stream_id = ${streamId}`;
        const stays = new Set(
          all
            .filter(({ createdAt }) => postDays === null || createdAt.getTime() >= daysAgo(postDays))
            .map(({ id }) => id),
        );
        const raw = await db.sql<{ ids: string[]; collectedAt: Date }[]>`
          select post_ids as ids, collected_at as "collectedAt" from raw_payloads
          where stream_id = ${streamId} order by batch_id`;
        const rawStays = raw.filter(
          ({ ids, collectedAt }) =>
            (rawDays === null || collectedAt.getTime() >= daysAgo(rawDays)) &&
            (postDays === null || ids.some((id) => stays.has(id))),
        );
        const before = await state(streamId);
        const retention = {
          postsMs: postDays === null ? null : postDays * dayMs,
          rawMs: rawDays === null ? null : rawDays * dayMs,
        };

        const said = await listExpired(db.sql, retention, now);
        const removed = await removeExpired(db.sql, retention, now);
        expect(removed).toEqual(said);
        const payloadsOf = (rows: readonly { readonly ids: readonly string[] }[]) =>
          rows.reduce((sum, { ids }) => sum + ids.length, 0);
        const posts = all.length - stays.size;
        const payloads = payloadsOf(raw) - payloadsOf(rawStays);
        const own = removed.find((one) => one.streamId === streamId);
        expect({ posts: own?.posts ?? 0, payloads: own?.payloads ?? 0 }).toEqual({ posts, payloads });

        const after = await state(streamId);
        expect(after.ids).toEqual([...stays].sort());
        expect(after.payloads).toEqual(rawStays.map(({ ids }) => ids));
        expect(after.version).toBe(before.version + (posts > 0 ? 1 : 0));
        const times = all.filter(({ id }) => stays.has(id)).map(({ createdAt }) => createdAt.getTime());
        expect(after.first?.getTime()).toBe(times.length === 0 ? undefined : Math.min(...times));
        expect(after.last?.getTime()).toBe(times.length === 0 ? undefined : Math.max(...times));
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
        expect(await removeExpired(db.sql, retention, now)).toEqual([]);
        await deleteStreamRows(db.sql, streamId);
      }),
      { numRuns: 40 },
    );
  });

  test('runs batch by batch, with right rollups after each', async () => {
    const account = anAccount();
    const posts = Array.from({ length: 6_000 }, (_, at) =>
      aPost(account, { createdAt: daysAgo(100) + at * 1_000, words: [`w${at % 50}`], raw: '{}' }),
    );
    const { streamId } = await savePosts(db, account, posts);
    const young = aPost(account, { createdAt: daysAgo(1), raw: '{}' });
    await savePosts(db, account, [young]);
    const checks: Promise<unknown>[] = [];
    const [removed] = await removeExpired(db.sql, { postsMs: 10 * dayMs, rawMs: null }, now, {
      onProgress: () => checks.push(verifyStream(db.sql, streamId)),
    });
    expect(removed).toMatchObject({ posts: 6_000, payloads: 6_000 });
    expect(checks.length).toBeGreaterThanOrEqual(3);
    for (const check of checks) expect(await check).toEqual([]);
    expect((await state(streamId)).ids).toHaveLength(1);
    await deleteStreamRows(db.sql, streamId);
  });

  test('that is stopped leaves the rest for the next time', async () => {
    const account = anAccount();
    const posts = Array.from({ length: 5_000 }, () => aPost(account, { createdAt: daysAgo(100) }));
    const { streamId } = await savePosts(db, account, posts);
    const stopping = new AbortController();
    const stopped = removeExpired(db.sql, { postsMs: dayMs, rawMs: null }, now, {
      signal: stopping.signal,
      onProgress: () => stopping.abort(new Error('stopped')),
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect((await state(streamId)).ids).toHaveLength(2_500);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    await deleteStreamRows(db.sql, streamId);
  });

  test('a worker does it soon after its start', async () => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, [
      aPost(account, { createdAt: Date.now() - 10 * dayMs }),
      aPost(account, { createdAt: Date.now() }),
    ]);
    const log = pino({ level: 'silent' });
    const retaining = startRetaining({ db, retention: { postsMs: dayMs, rawMs: null }, log, firstMs: 1 });
    await expect.poll(async () => (await state(streamId)).ids.length).toBe(1);
    await retaining.close();
  });
});
