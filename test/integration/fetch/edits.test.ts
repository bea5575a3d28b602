import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { startWorker } from '../../../src/jobs/worker.ts';
import type { FetchProviderName } from '../../../src/providers/fetch-provider.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { xIdOf } from '../../../src/shared/post-key.ts';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { type XPost, xIdAt, xTimeOf } from '../../support/fake-x-world.ts';
import { configOf, fetchingOf, fetchService, lark, startServices } from '../../support/fetching.ts';
import { openStore } from '../../support/store.ts';
import { isOver, openJobs, quiet, untilJob } from '../../support/worker.ts';
import { tweet, writeArchive } from '../../support/x-archive.ts';

const db = await openStore();
const { jobs, queue, folder } = await openJobs(db);
const fetches = fetchService(db, queue);
const services = await startServices({ users: [lark], posts: [] });

const begun = Math.floor(Date.now() / 1_000) * 1_000;
const minutesAgo = (minutes: number) => xIdAt(begun - minutes * 60_000);
const [other, first, second] = [minutesAgo(90), minutesAgo(50), minutesAgo(40)];
const likes = (count: number) => ({ likes: count, reposts: 0, replies: 0, quotes: 0 });
const post = (id: string, text: string, count: number, versions?: readonly string[]): XPost => ({
  id,
  authorId: lark.id,
  text,
  metrics: likes(count),
  ...(versions ? { versions } : {}),
});
const before = [post(first, 'I lvoe this town', 3), post(other, 'another', 1)];
const after = [post(second, 'I love this town', 10, [first]), post(other, 'another', 1)];

beforeEach(() => services.setPosts(before));
afterEach(async () => {
  await db.sql`truncate streams, accounts, authors, posts, raw_payloads, metric_history, post_versions, known_posts, vacant_posts, post_terms,
    activity, observed_activity, tally_months, tally_totals, jobs, follower_snapshots, stream_providers restart identity`;
});

async function work(name: FetchProviderName): Promise<void> {
  const worker = await startWorker({
    db,
    url: db.url,
    queue,
    spoolRoot: join(folder, 'spool'),
    log: quiet,
    fetching: fetchingOf(db, queue, configOf(services, [name])),
  });
  onTestFinished(() => worker.close());
}

async function fetch(refresh: 'DUE' | 'ALL' = 'DUE'): Promise<void> {
  const target = { kind: 'account', handle: 'lark' } as const;
  const jobId = await fetches.fetch({ target, full: false, limit: null, provider: null, refresh });
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED' });
}

let archives = 0;
async function importArchive(posts: readonly XPost[], generatedAt: number): Promise<void> {
  const path = join(folder, `${++archives}.zip`);
  const tweets = posts.map(({ id, text, metrics, versions = [] }) =>
    tweet({
      at: xTimeOf(id),
      id,
      text,
      likes: metrics?.likes ?? 0,
      more:
        versions.length === 0
          ? {}
          : {
              edit_info: {
                edit: {
                  initialTweetId: versions[0],
                  editControlInitial: { editTweetIds: [...versions, id] },
                },
              },
            },
    }),
  );
  const account = { id: lark.id, handle: lark.handle, displayName: 'Lark', joinedAt: new Date(0) };
  await writeArchive(path, account, tweets, { generatedAt: new Date(generatedAt) });
  const jobId = await jobs.importArchive({ path, handle: null, uploaded: false });
  expect(await untilJob(db, jobId, isOver)).toMatchObject({ state: 'SUCCEEDED' });
}

/** Returns the posts with their likes, and checks that all counts are right, also after a rebuild. */
async function stored(): Promise<Readonly<Record<string, number>>> {
  const [stream] = await db.sql`select stream_id as id from streams`;
  const read = async () => {
    const rows = await db.sql`select post_id as key, likes::int from posts order by post_id`;
    return Object.fromEntries(rows.map(({ key, likes: count }) => [xIdOf(key as string), count as number]));
  };
  const found = await read();
  expect(await verifyStream(db.sql, stream?.id as number)).toEqual([]);
  await rebuildStream(db.sql, stream?.id as number, rawParser);
  expect(await read()).toEqual(found);
  return found;
}

const edited = { [other]: 1, [second]: 10 };

test.each(['X_API', 'X_SCRAPER'] as const)(
  'an edit between two fetches of %s is the same post',
  async (name) => {
    await work(name);
    await fetch();
    expect(await stored()).toEqual({ [other]: 1, [first]: 3 });
    services.setPosts(after);
    await fetch();
    expect(await stored()).toEqual(edited);
    await fetch('ALL');
    expect(await stored()).toEqual(edited);
  },
);

test('an edit between two archives is the same post, whichever comes first', async () => {
  await work('X_API');
  await importArchive(before, begun - 45 * 60_000);
  await importArchive(after, begun);
  expect(await stored()).toEqual(edited);
  await importArchive(before, begun - 45 * 60_000);
  expect(await stored()).toEqual(edited);
});

test('an edit between an archive and a fetch is the same post, whichever comes first', async () => {
  await work('X_API');
  await importArchive(before, begun - 45 * 60_000);
  services.setPosts(after);
  await fetch();
  expect(await stored()).toEqual(edited);
  await importArchive(before, begun - 45 * 60_000);
  expect(await stored()).toEqual(edited);
});

test('a post that is looked up after its edit stays until the edit comes', async () => {
  await work('X_API');
  await fetch();
  // What X then answers for the first version: both ids.
  services.setPosts([post(first, 'I lvoe this town', 4, [second]), post(other, 'another', 1)]);
  await fetch('ALL');
  expect(await stored()).toEqual({ [other]: 1, [first]: 4 });
  services.setPosts(after);
  await fetch('ALL');
  expect(await stored()).toEqual(edited);
});
