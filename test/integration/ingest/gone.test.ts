import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findJob } from '../../../src/entities/job/query.ts';
import { verifyStream } from '../../support/verify.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import { xIdOf } from '../../../src/shared/post-key.ts';
import { countGone, removeGone } from '../../../src/streams/gone.ts';
import { anAccount, aPost, observed, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { isOver, noProviders, openJobs, quiet, untilJob } from '../../support/worker.ts';
import { type ArchiveVariant, idAt, tweet, writeArchive } from '../../support/x-archive.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);

const day = 86_400_000;
const start = Date.UTC(2023, 0, 1, 12);
const tweets = [0, 1, 2, 3, 4, 5].map((at) =>
  tweet({ at: start + at * day, text: `number ${at}`, likes: 1 }),
);
const [march, june] = [new Date('2023-03-01'), new Date('2023-06-01')];

async function work(): Promise<void> {
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot: join(folder, 'spool'),
    log: quiet,
    fetching: noProviders(db, queue),
  });
  onTestFinished(() => worker.close());
}

let made = 0;
/** An account of this test, whose archives are imported. */
function anOwner() {
  const account = {
    id: String(7_000 + ++made),
    handle: `gone_${made}`,
    displayName: 'Gone',
    joinedAt: new Date(0),
  };
  return {
    account,
    async import(
      has: readonly object[],
      generatedAt: Date | null,
      { removeGone = false, ...variant }: ArchiveVariant & { readonly removeGone?: boolean } = {},
    ) {
      const path = join(folder, `${++made}.zip`);
      await writeArchive(path, account, has, { ...variant, generatedAt });
      const handle = variant.identified === false ? account.handle : null;
      const jobId = await jobs.importArchive({ path, handle, uploaded: false, removeGone });
      return untilJob(db, jobId, isOver);
    },
    async numbers(): Promise<readonly string[]> {
      const rows = await db.sql<{ text: string; id: number }[]>`
        select p.text, stream_id as id from posts p join accounts a using (stream_id)
        where a.handle = ${account.handle} order by p.post_id`;
      for (const id of new Set(rows.map((row) => row.id))) expect(await verifyStream(db.sql, id)).toEqual([]);
      return rows.map(({ text }) => text.replace('number ', ''));
    },
  };
}

describe('posts that a newer export no longer has', () => {
  test('are counted, and removed when that is asked for', async () => {
    await work();
    const owner = anOwner();
    expect(await owner.import(tweets, march)).toMatchObject({ gone: 0, message: 'Done' });
    const fewer = tweets.filter((_, at) => at !== 1 && at !== 5);
    expect(await owner.import(fewer, june)).toMatchObject({
      state: 'SUCCEEDED',
      gone: 2,
      message: 'Done; 2 posts stored that the archive no longer has: --remove-gone removes them',
    });
    expect(await owner.numbers()).toHaveLength(6);
    expect(await owner.import(fewer, june, { removeGone: true })).toMatchObject({
      gone: 2,
      message: 'Done; 2 posts removed that the archive no longer has',
    });
    expect(await owner.numbers()).toEqual(['0', '2', '3', '4']);
    expect(await owner.import(fewer, june, { removeGone: true })).toMatchObject({ gone: 0, message: 'Done' });
  });

  test('are none of those that only an older export lacks', async () => {
    await work();
    const owner = anOwner();
    await owner.import(tweets, june);
    expect(await owner.import(tweets.slice(0, 3), march, { removeGone: true })).toMatchObject({ gone: 0 });
    expect(await owner.numbers()).toHaveLength(6);
  });

  test.each<[string, ArchiveVariant]>([
    ['a part of an export', { partial: true }],
    ['an export that does not say when it was made', {}],
    ['tweets.js alone', { container: 'file', identified: false }],
  ])('are not known of %s, which removes none and says so', async (name, variant) => {
    await work();
    const owner = anOwner();
    await owner.import(tweets, march);
    const generatedAt = variant.partial ? june : null;
    const job = await owner.import(tweets.slice(0, 3), generatedAt, { ...variant, removeGone: true });
    expect(job).toMatchObject({ state: 'SUCCEEDED', gone: null });
    expect(job.message, name).toMatch('no post was removed as gone');
    expect(job.events.at(-1)?.message).toMatch('no post was removed as gone');
    expect(await owner.import(tweets.slice(0, 3), generatedAt, variant)).toMatchObject({
      gone: null,
      message: 'Done',
    });
    expect(await owner.numbers()).toHaveLength(6);
  });

  test('are not known of an export with fewer records than its manifest counts, or with broken ones', async () => {
    await work();
    const owner = anOwner();
    await owner.import(tweets, march);
    // The manifest of these archives counts three.
    expect((await owner.import(tweets.slice(0, 2), june, { removeGone: true })).gone).toBeNull();
    const broken = [...tweets.slice(0, 4), { id: 'x' }];
    expect(await owner.import(broken, june, { removeGone: true })).toMatchObject({ rejected: 1, gone: null });
    expect(await owner.numbers()).toHaveLength(6);
  });

  test("are the account's own, of the time that the export covers, and were not seen since", async () => {
    const account = anAccount();
    const covered = { madeAt: observed, until: observed - 2 * day };
    const at = (createdAt: number, seenAt: number, more: object = {}) =>
      aPost(account, { createdAt, observedAt: seenAt, platformId: idAt(createdAt, ++made), ...more });
    const gone = at(observed - 3 * day, observed - day);
    const { streamId } = await savePosts(db, account, [
      gone,
      at(observed - 3 * day, observed), // in the export
      at(observed - 3 * day, observed + day), // seen since
      at(observed - day, observed - day / 2), // written while X prepared the export
      at(observed - 3 * day, observed - day, { own: false }),
    ]);
    const other = await savePosts(db, anAccount(), [gone]);
    expect(await countGone(db.sql, streamId, covered)).toBe(1);
    const counted: number[] = [];
    await removeGone(db.sql, streamId, covered, async (_tx, posts) => void counted.push(posts));
    expect(counted).toEqual([1]);
    const left = await db.sql`select post_id as id from posts where stream_id = ${streamId}`;
    expect(left.map(({ id }) => xIdOf(id as string))).not.toContain(gone.platformId);
    expect(left).toHaveLength(4);
    expect(await db.sql`select from posts where stream_id = ${other.streamId}`).toHaveLength(1);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('are removed and counted once when the job is interrupted', async () => {
    const account = anAccount();
    const covered = { madeAt: observed, until: observed };
    const posts = Array.from({ length: 6_000 }, (_, at) =>
      aPost(account, {
        createdAt: observed - day - at,
        observedAt: observed - 1,
        platformId: idAt(observed - day - at),
      }),
    );
    const { streamId } = await savePosts(db, account, posts);
    let counted = 0;
    const interrupted = removeGone(db.sql, streamId, covered, async (_tx, more) => {
      if (counted > 0) throw new Error('crash');
      counted += more;
    });
    await expect(interrupted).rejects.toThrow('crash');
    expect(await countGone(db.sql, streamId, covered)).toBe(3_500);
    await removeGone(db.sql, streamId, covered, async (_tx, more) => {
      counted += more;
    });
    expect(counted).toBe(6_000);
    expect(await countGone(db.sql, streamId, covered)).toBe(0);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('are reported by the job as it is read', async () => {
    await work();
    const owner = anOwner();
    await owner.import(tweets, march);
    const { jobId } = await owner.import(tweets.slice(0, 4), june);
    expect((await findJob(db, jobId))?.gone).toBe(2);
  });
});
