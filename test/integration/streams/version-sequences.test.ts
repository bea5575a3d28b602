import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finishJob, startJob } from '../../../src/jobs/lease.ts';
import { createJob } from '../../../src/jobs/store.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { must } from '../../../src/shared/errors.ts';
import { type AccountProfile, type EnrichedPost, unknownMetrics } from '../../../src/shared/post.ts';
import { findOrCreateAccount, findOrCreateTopic, reserveAccount } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { describeAccount } from '../../../src/streams/describe.ts';
import { noteFetched } from '../../../src/streams/fetched.ts';
import { noteFollowers } from '../../../src/streams/followers.ts';
import { ingest } from '../../../src/streams/ingest.ts';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { rememberCovered, rememberReplies } from '../../../src/streams/remember.ts';
import { takeDue } from '../../../src/streams/take-due.ts';
import { track } from '../../../src/streams/track.ts';
import { untrack } from '../../../src/streams/untrack.ts';
import { ask, openApp, testNow } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { shownOf, versionsOf } from '../../support/shown.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const hourMs = 3_600_000;

/** Hours after `observed`, so few that changes arrive in and out of order. */
const hour = fc.integer({ min: -1, max: 4 });
const profile = fc.record({
  renamed: fc.boolean(),
  /** Whether the source has the account's id, or only its handle. */
  byId: fc.boolean(),
  displayName: fc.constantFrom('Lark', 'Wren'),
  description: fc.constantFrom(null, 'Sings', 'Rests'),
  verified: fc.constantFrom(null, true, false),
  followers: fc.option(fc.nat({ max: 3 })),
  hour,
});
const posts = fc.uniqueArray(
  fc.record({
    /** The last one belongs to somebody else. */
    post: fc.nat({ max: 4 }),
    text: fc.constantFrom('dawn #song', 'dusk'),
    likes: fc.option(fc.nat({ max: 2 })),
    displayName: fc.constantFrom('Lark', 'Wren'),
    /** Whether the source has the author's id, or only the handle. */
    byId: fc.boolean(),
    hour,
  }),
  { selector: ({ post }) => post, maxLength: 3 },
);
type Profile = typeof profile extends fc.Arbitrary<infer T> ? T : never;
type Posts = typeof posts extends fc.Arbitrary<infer T> ? T : never;

const kind = <Kind extends string>(name: Kind) => fc.constant(name);
/** One of the existing streams. */
const stream = fc.nat({ max: 2 });
const change = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: kind('page'),
      stream,
      posts,
      deleted: fc.uniqueArray(fc.nat({ max: 4 }), { maxLength: 2 }),
      profile: fc.option(profile),
      provider: fc.constantFrom('X_API' as const, 'X_ARCHIVE' as const),
      hour,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('import'), posts, profile, hour }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('describe'), stream, profile }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('followers'), stream, hour, count: fc.option(fc.nat({ max: 3 })) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('track'), stream, hours: fc.constantFrom(1, 2) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('untrack'), stream }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('due'), hours: fc.constantFrom(0, 1, 3) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('known'), profile }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('fetched', 'job', 'remember', 'rebuild', 'delete'),
      stream,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('topic') }) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

type Seen = {
  readonly registry: number;
  /** The streams of the account's handles and of the topic's query. */
  readonly found: unknown;
  /** Every stream that ever existed; version null: it is deleted. */
  readonly streams: ReadonlyMap<number, { readonly version: number | null; readonly shown: unknown }>;
};

/** An account and a topic that has the same posts. */
class World {
  readonly #account = anAccount();
  readonly #other = anAccount();
  readonly #query = `lark ${this.#account.handle}`;
  readonly #ids = Array.from({ length: 5 }, () => aPost(this.#account).platformId);
  readonly #made = new Set<number>();

  async open(): Promise<void> {
    await findOrCreateTopic(db.sql, this.#query);
    await savePosts(db, this.#account, [aPost(this.#account)]);
  }

  async look(): Promise<Seen> {
    const { handle } = this.#account;
    const { data: found, errors } = await ask(
      app,
      `{ a: account(handle: "${handle}") { id } b: account(handle: "${handle}_now") { id } topic(query: "${this.#query}") { id } }`,
    );
    expect(errors).toBeUndefined();
    const streams = new Map<number, { version: number | null; shown: unknown }>();
    for (const { id } of await this.#live()) this.#made.add(id);
    for (const id of this.#made) {
      const { version } = await versionsOf(db, id);
      streams.set(id, { version, shown: await shownOf(app, id) });
    }
    return { registry: (await versionsOf(db, 0)).registry, found, streams };
  }

  async do(change: Change): Promise<unknown> {
    switch (change.kind) {
      case 'import':
        return this.#import(change);
      case 'known':
        return findOrCreateAccount(db.sql, this.#profile(change.profile));
      case 'topic':
        return findOrCreateTopic(db.sql, this.#query);
      case 'due':
        return db.sql.begin((tx) => takeDue(tx, testNow.getTime() + change.hours * hourMs));
    }
    const live = await this.#live();
    const one = live[change.stream % live.length];
    if (one === undefined) return;
    switch (change.kind) {
      case 'page':
        return this.#page(one, change);
      case 'describe':
        return one.isAccount && describeAccount(db.sql, one.id, this.#profile(change.profile));
      case 'followers': {
        const { count: followers, hour } = change;
        const reading = {
          observedAt: observed + hour * hourMs,
          followers,
          following: null,
          reportedPosts: null,
        };
        return noteFollowers(db.sql, one.id, [reading]);
      }
      case 'track':
        return track(
          { sql: db.sql, now: testNow, requireProvider: () => {} },
          { streamId: one.id, everyMs: change.hours * hourMs },
        );
      case 'untrack':
        return untrack(db, one.id);
      case 'fetched':
        return noteFetched(db.sql, one.id);
      case 'job':
        return endJob(one.id);
      case 'remember':
        return remember(one.id);
      case 'rebuild':
        return rebuildStream(db.sql, one.id, rawParser);
      case 'delete':
        return deleteStreamRows(db.sql, one.id);
    }
  }

  async close(): Promise<void> {
    for (const { id } of await this.#live()) await deleteStreamRows(db.sql, id);
  }

  /** The topic, and the account; two accounts when a source without ids found another handle. */
  async #live(): Promise<readonly { readonly id: number; readonly isAccount: boolean }[]> {
    const { handle } = this.#account;
    return db.sql<{ id: number; isAccount: boolean }[]>`
      select stream_id as id, kind = 'ACCOUNT' as "isAccount" from streams
      where title in (${this.#query}, ${`@${handle}`}, ${`@${handle}_now`}) order by stream_id`;
  }

  #profile({ renamed, byId, hour, ...told }: Profile): AccountProfile {
    const { handle, platformId } = this.#account;
    return {
      ...this.#account,
      ...told,
      handle: renamed ? `${handle}_now` : handle,
      platformId: byId ? platformId : null,
      observedAt: observed + hour * hourMs,
    };
  }

  #posts(posts: Posts, isAccount: boolean): readonly EnrichedPost[] {
    return posts.map(({ post, text, likes, displayName, byId, hour }) => {
      const isOthers = post === this.#ids.length - 1;
      const author = isOthers ? this.#other : this.#account;
      const by = { ...author, displayName, platformId: byId ? author.platformId : null };
      return aPost(by, {
        platformId: must(this.#ids[post], 'there are five'),
        own: !isAccount || !isOthers,
        text,
        hashtags: text.includes('#') ? ['song'] : [],
        createdAt: observed - (post + 5) * hourMs,
        metrics: { ...unknownMetrics, likes },
        observedAt: observed + hour * hourMs,
      });
    });
  }

  #page(
    { id, isAccount }: { readonly id: number; readonly isAccount: boolean },
    page: Extract<Change, { kind: 'page' }>,
  ): Promise<unknown> {
    const source = { streamId: id, platform: 'X', provider: page.provider } as const;
    return writeBatch(db.sql, source, {
      account: isAccount && page.profile !== null ? this.#profile(page.profile) : null,
      posts: this.#posts(page.posts, isAccount),
      deleted: page.deleted.map((post) => must(this.#ids[post], 'there are five')),
      read: asGiven,
      collectedAt: observed + page.hour * hourMs,
    });
  }

  /** An import creates a missing stream of the account with its first page. */
  async #import({ posts, profile, hour }: Extract<Change, { kind: 'import' }>): Promise<void> {
    const account = this.#profile(profile);
    const { streamId, make } = await reserveAccount(db.sql, account);
    const normalised = this.#posts(posts, true).map((post) => ({ ...post, entities: null }));
    await ingest(db.sql, {
      streamId,
      make,
      platform: 'X',
      provider: 'X_ARCHIVE',
      pages: [{ account, posts: normalised, rejected: [], cursor: '', total: null }],
      read: (post) => post,
      now: () => observed + hour * hourMs,
    });
  }
}

async function endJob(streamId: number): Promise<void> {
  const payload = { source: 'archive', path: '/x', handle: null, uploaded: false } as const;
  const job = must(await startJob(db.sql, await createJob(db.sql, 'X_ARCHIVE', payload)), 'it waits');
  await db.sql`update jobs set stream_id = ${streamId} where job_id = ${job.jobId}`;
  await finishJob(db.sql, job, 'Done');
}

async function remember(streamId: number): Promise<void> {
  await db.sql.begin(async (tx) => {
    await rememberCovered(tx, streamId, () => [['1', '2']]);
    await rememberReplies(tx, streamId, () => ({ '1': '2' }));
  });
}

/** The rule of versions, between two checks. */
function expectRaised(before: Seen, after: Seen): void {
  expect(after.registry).toBeGreaterThanOrEqual(before.registry);
  const made = after.streams.size > before.streams.size;
  if (made || JSON.stringify(after.found) !== JSON.stringify(before.found)) {
    expect(after.registry).toBeGreaterThan(before.registry);
  }
  for (const [id, was] of before.streams) {
    const is = must(after.streams.get(id), 'what was made stays in sight');
    if (was.version === null || is.version === null) {
      // An id is never used again.
      if (was.version === null) expect(is.version).toBeNull();
      else expect(after.registry).toBeGreaterThan(before.registry);
      continue;
    }
    const isSame = JSON.stringify(is.shown) === JSON.stringify(was.shown);
    if (isSame) expect(is.version).toBeGreaterThanOrEqual(was.version);
    else expect(is.version).toBeGreaterThan(was.version);
  }
}

test('an answer changes only with a higher version, and no version ever decreases', async () => {
  const sequences = fc.array(change, { minLength: 8, maxLength: 20, size: 'max' });
  await fc.assert(
    fc.asyncProperty(sequences, async (changes) => {
      const world = new World();
      await world.open();
      let before = await world.look();
      for (const change of changes) {
        await world.do(change);
        const after = await world.look();
        expectRaised(before, after);
        before = after;
      }
      await world.close();
    }),
    { numRuns: 25 },
  );
});
