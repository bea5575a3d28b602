import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { enrich } from '../../../src/ingest/enrich/enrich.ts';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { findProfile } from '../../../src/streams/profile.ts';
import { verifyStream } from '../../support/verify.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { must } from '../../../src/shared/errors.ts';
import { type AccountProfile, unknownMetrics } from '../../../src/shared/post.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { resultObject } from '../../support/x-web-objects.ts';

const db = await openStore();

type Said = { readonly id: string; readonly by: { id: string; handle: string }; readonly text: string };
const second = { id: '102', handle: 'bob' };

/** One post as each provider's payload has it. */
const payloads = {
  X_API: ({ id, by, text }: Said) => ({
    observed_ms: observed,
    data: [
      {
        id,
        text,
        author_id: by.id,
        created_at: '2025-03-01T10:00:00.000Z',
        lang: 'en',
        public_metrics: { like_count: 5, retweet_count: 1, reply_count: 2, quote_count: 0 },
      },
    ],
    includes: { users: [{ id: by.id, username: by.handle, name: by.handle }] },
  }),
  SOCIALDATA: ({ id, by, text }: Said) => ({
    id_str: id,
    full_text: text,
    tweet_created_at: '2025-03-01T10:00:00.000000Z',
    user: { id_str: by.id, screen_name: by.handle },
    lang: 'en',
    favorite_count: 5,
  }),
  X_SCRAPER: ({ id, by, text }: Said) => {
    const post = { id, userId: by.id, text, likes: 5, at: Date.UTC(2025, 2, 1, 10) };
    return resultObject({ shape: '2026', users: [by], posts: [post] }, post);
  },
};
const providers = Object.keys(payloads) as (keyof typeof payloads)[];

/** The posts of one delivery, as a provider reads them. */
function delivered(provider: keyof typeof payloads, said: readonly Said[], account: AccountProfile | null) {
  const parse = must(rawParser(provider), 'fetching providers keep payloads');
  return said.map((one) => ({
    ...enrich(parse(JSON.stringify(payloads[provider](one)), account)),
    observedAt: observed,
  }));
}

async function aTopic(): Promise<number> {
  const [row] = await db.sql`
    insert into streams (kind, platform, identity, title) values ('TOPIC', 'X', ${randomUUID()}, '#topic')
    returning stream_id`;
  return row?.stream_id;
}

/** Damages what a rebuild derives from payloads. */
async function spoil(streamId: number): Promise<void> {
  await db.sql`update posts set words = '{spoilt}', hashtags = '{}', language = 'xx' where stream_id = ${streamId}`;
  await db.sql`delete from tally_totals where stream_id = ${streamId}`;
  await db.sql`update streams set latest_post_at = null where stream_id = ${streamId}`;
}

async function postsOf(streamId: number) {
  const rows = await db.sql`
    select p.*, s.earliest_post_at, s.latest_post_at from posts p join streams s using (stream_id)
    where stream_id = ${streamId} order by post_id`;
  return rows.map((row) => ({ ...row }));
}

describe.each(providers)('posts of %s', (provider) => {
  const said = (owner: { id: string; handle: string }): readonly Said[] => [
    { id: '1001', by: owner, text: 'A fine #morning to everybody' },
    { id: '1002', by: second, text: 'And a good #evening' },
  ];

  test('of a topic are verified and rebuilt, all own', async () => {
    const streamId = await aTopic();
    const posts = delivered(provider, said({ id: '101', handle: 'ada' }), null);
    const batch = { account: null, posts, read: asGiven, collectedAt: observed };
    await writeBatch(db.sql, { streamId, platform: 'X', provider }, batch);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    const before = await postsOf(streamId);
    expect(before.map((post) => post.own)).toEqual([true, true]);

    expect(await rebuildStream(db.sql, streamId, rawParser)).toMatchObject({ posts: 2, changed: 0 });
    await spoil(streamId);
    expect(await rebuildStream(db.sql, streamId, rawParser)).toMatchObject({ posts: 2, changed: 2 });
    expect(await postsOf(streamId)).toEqual(before);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test.each(['with', 'without'])('of an account are rebuilt %s a profile beside them', async (beside) => {
    const account = anAccount();
    const streamId = await findOrCreateAccount(db.sql, account);
    const owner = { id: account.platformId ?? '', handle: account.handle };
    const posts = delivered(provider, said(owner), account);
    const batch = {
      account: beside === 'with' ? account : null,
      posts,
      read: asGiven,
      collectedAt: observed,
    };
    await writeBatch(db.sql, { streamId, platform: 'X', provider }, batch);
    const before = await postsOf(streamId);
    expect(before.map((post) => post.own)).toEqual([true, false]);
    await spoil(streamId);
    expect(await rebuildStream(db.sql, streamId, rawParser)).toMatchObject({ posts: 2, changed: 2 });
    expect(await postsOf(streamId)).toEqual(before);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });
});

test('payloads are read again in the order in which posts were seen', async () => {
  // The profile is older than both: a refresh need not request it again.
  const account = anAccount({ observedAt: observed - 90 * 86_400_000 });
  const owner = { id: account.platformId ?? '', handle: account.handle };
  const seen = (days: number, text: string) =>
    delivered('SOCIALDATA', [{ id: '5', by: owner, text }], account).map((post, at) => ({
      ...post,
      observedAt: observed + days * 86_400_000 + at,
      metrics: { ...unknownMetrics, likes: days },
    }));
  const { streamId } = await savePosts(db, account, seen(2, 'as it is now'), { provider: 'SOCIALDATA' });
  await savePosts(db, account, seen(1, 'as it was'), { provider: 'SOCIALDATA' });
  const before = await postsOf(streamId);
  expect(before[0]?.text).toBe('as it is now');
  await rebuildStream(db.sql, streamId, rawParser);
  expect(await postsOf(streamId)).toEqual(before);
});

describe('the profile of a stream', () => {
  test('is the account as last described', async () => {
    const account = anAccount({ joinedAt: Date.UTC(2012, 1, 3), followers: 7 });
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    expect(await findProfile(db.sql, streamId)).toEqual(account);
  });

  test('is null for a topic', async () => {
    expect(await findProfile(db.sql, await aTopic())).toBeNull();
  });
});
