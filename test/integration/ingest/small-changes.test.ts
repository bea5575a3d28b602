import { beforeAll, expect } from 'vitest';
import { streamTables } from '../../../src/db/store-tables.ts';
import type { Batch } from '../../../src/ingest/write/incoming.ts';
import type { Source } from '../../../src/ingest/write/source.ts';
import { findOrCreateAccount, findOrCreateTopic } from '../../../src/streams/create.ts';
import type { ChannelEvent } from '../../../src/shared/channel-event.ts';
import { must } from '../../../src/shared/errors.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { onOneNode } from '../../support/on-one-node.ts';
import { anAccount, aPost, asGiven, plainChat, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

// One connection, so that its statements soon have the plans that all streams share.
const db = await openStore({ isDamaged: true, poolSize: 1 });
const account = anAccount();
const start = Date.UTC(2025, 0, 1);
const minute = 60_000;
/** Posts of each large stream. */
const many = 20_000;
/** Rows that a change of a few posts may read. */
const fewRows = 500;
/** The blocks of posts that were observed in one quarter-hour have some thousands. */
const fewBlocks = many / 4;

const figures = { reposts: 1, replies: 2, quotes: 3, bookmarks: 4 };
/** A post that was observed a minute after it was made, with terms of its own and terms of many. */
const postOf = (at: number, more: Partial<EnrichedPost> = {}): EnrichedPost =>
  aPost(account, {
    createdAt: start + at * minute,
    observedAt: start + (at + 1) * minute,
    hashtags: [`tag${at % 50}`],
    words: [`word${at % 300}`, `word of ${at}`],
    metrics: { ...figures, likes: at, impressions: 10 * at },
    author: { platformId: `${at % 200}`, handle: `ann${at % 200}`, displayName: null, avatarUrl: null },
    ...more,
  });
const uuidOf = (at: number) => `885196de-cb67-427a-baa8-82f9${String(at).padStart(8, '0')}`;
const sentAt = (at: number) => start + 4 * many * minute + at * 1_000;
const messageOf = (at: number): EnrichedPost =>
  postOf(at, {
    platformId: uuidOf(at),
    kind: 'MESSAGE',
    chat: plainChat,
    // A message a second, so that an hour has many.
    createdAt: sentAt(at),
    observedAt: sentAt(at) + 500,
    author: { platformId: `${at % 1_000}`, handle: `ann${at % 1_000}`, displayName: null, avatarUrl: null },
    metrics: { likes: null, reposts: null, replies: null, quotes: null, bookmarks: null, impressions: null },
  });

type Posts = readonly EnrichedPost[];
const batch = (posts: Posts, more: Partial<Batch<EnrichedPost>> = {}): Batch<EnrichedPost> => ({
  account: null,
  posts,
  read: asGiven,
  collectedAt: start,
  ...more,
});

/** Writes the first posts of a stream, and returns where they are. */
async function fill(source: Source, postAt: (at: number) => EnrichedPost, posts: number) {
  const all = Array.from({ length: posts }, (_, at) => postAt(at));
  for (let at = 0; at < posts; at += 2_500)
    await writeBatch(db.sql, source, batch(all.slice(at, at + 2_500)));
  return { source, postAt, all };
}
type Filled = Awaited<ReturnType<typeof fill>>;
const filled: { topic?: Filled; plain?: Filled; chat?: Filled } = {};

const topicOf = async (title: string): Promise<Source> => ({
  streamId: await findOrCreateTopic(db.sql, title),
  platform: 'X',
  provider: 'X_API',
});

beforeAll(async () => {
  filled.topic = await fill(await topicOf('large'), postOf, many);
  // Sums of zero do not tell whether a figure is known: the quarter-hour is counted again.
  const zero = { likes: 0, reposts: 0, replies: 0, quotes: 0, bookmarks: 0, impressions: 0 };
  filled.plain = await fill(await topicOf('zero'), (at) => postOf(2 * many + at, { metrics: zero }), many);
  const channel = await findOrCreateAccount(db.sql, anAccount({ platform: 'TWITCH' }));
  filled.chat = await fill(
    { streamId: channel, platform: 'TWITCH', provider: 'TWITCH_IRC' },
    messageOf,
    many,
  );
  // So many small streams that a plan for a stream of average size would read all of its rows.
  const { source } = await fill(await topicOf('small'), postOf, 2);
  await db.sql`
    insert into streams (kind, platform, identity, title) select 'TOPIC', 'X', 'small ' || n, n from generate_series(1, 2000) n`;
  for (const table of streamTables.filter(
    (name) => !['streams', 'jobs', 'rebuilds', 'known_posts', 'vacant_posts'].includes(name),
  )) {
    const [row] = await db.sql<{ columns: string; values: string }[]>`
      select string_agg(quote_ident(attname), ', ') as columns, string_agg('t.' || quote_ident(attname), ', ') as values
      from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped
        and attgenerated = '' and attidentity = '' and attname <> 'stream_id'`;
    await db.sql.unsafe(`
      insert into ${table} (stream_id, ${row?.columns}) select s.stream_id, ${row?.values}
      from streams s, ${table} t where t.stream_id = ${source.streamId} and s.stream_id > ${source.streamId}`);
  }
  await db.sql`vacuum (analyze)`;
});

/** The rows of all tables that were read since the last call. */
async function rowsRead(): Promise<number> {
  await db.sql`select pg_stat_force_next_flush()`;
  const [row] = await db.sql<{ rows: number }[]>`
    select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::float8 as rows from pg_stat_user_tables`;
  const since = (row?.rows ?? 0) - before;
  before = row?.rows ?? 0;
  return since;
}
let before = 0;

const newFigures = (post: EnrichedPost): EnrichedPost => ({
  ...post,
  observedAt: post.observedAt + 7 * minute,
  metrics: { ...post.metrics, likes: (post.metrics.likes ?? 0) + 1 },
});

type Change = (filled: Filled, times: number) => Batch<EnrichedPost>;
const five = (from: number, times: number) => [from + 5 * times, from + 5 * times + 5] as const;
const newPosts: Change = ({ postAt }, times) =>
  batch(Array.from({ length: 5 }, (_, n) => postAt(many + 5 * times + n)));
const gone: Change = ({ all }, times) =>
  batch([], { deleted: [must(all[15_000 + 20 * times], 'it is filled').platformId] });
const deletion = (times: number, event: Partial<ChannelEvent>) =>
  batch([], {
    events: [
      {
        platformId: uuidOf(50_000 + times),
        at: start,
        kind: 'MESSAGE_DELETED',
        author: null,
        messageId: null,
        amount: null,
        text: null,
        ...event,
      },
    ],
  });
const changes: readonly (readonly [string, keyof typeof filled, Change])[] = [
  ['five new posts', 'topic', newPosts],
  ['five new posts without likes', 'plain', newPosts],
  ['five new messages', 'chat', newPosts],
  [
    'five posts with new figures',
    'topic',
    ({ all }, times) => batch(all.slice(...five(4_000, times)).map(newFigures)),
  ],
  [
    'five posts that are seen again unchanged',
    'topic',
    ({ all }, times) =>
      batch(
        all.slice(...five(6_000, times)).map((post) => ({ ...post, observedAt: post.observedAt + minute })),
      ),
  ],
  ['a post that is deleted', 'topic', gone],
  ['a post without likes that is deleted', 'plain', gone],
  [
    'a post that becomes a repost',
    'topic',
    ({ all }, times) =>
      batch([
        {
          ...must(all[9_000 + times], 'it is filled'),
          kind: 'REPOST',
          repostOf: { handle: 'bob', postId: null },
          observedAt: start + (9_002 + times) * minute,
        },
      ]),
  ],
  [
    'a post that is edited',
    'topic',
    ({ all, postAt }, times) => {
      const edited = postAt(many + 1_000 + times);
      return batch([edited], {
        edits: [[must(all[12_000 + 20 * times], 'it is filled').platformId, edited.platformId]],
      });
    },
  ],
  [
    'a message that is deleted',
    'chat',
    (_, times) =>
      deletion(times, {
        kind: 'MESSAGE_DELETED',
        at: sentAt(15_000 + 20 * times) + 5_000,
        messageId: uuidOf(15_000 + 20 * times),
      }),
  ],
  [
    'the messages of an hour of a silenced chatter',
    'chat',
    ({ all }, times) =>
      deletion(times, {
        kind: 'TIMEOUT',
        at: sentAt(15_000),
        author: must(all[times], 'it is filled').author,
      }),
  ],
];

/** Counts all changes, so that a test that is tried again changes other posts. */
let times = 0;

onOneNode.each(changes)('%s: few rows of a large stream are read', async (what, name, change) => {
  const into = must(filled[name], 'filled before');
  const reads: number[] = [];
  // From the sixth time on a connection may use the plans that all streams share.
  for (let nth = 0; nth < 8; nth += 1) {
    await rowsRead();
    const outcome = await writeBatch(db.sql, into.source, change(into, times++));
    if (!what.includes('unchanged')) expect(Object.values(outcome).some((count) => count > 0)).toBe(true);
    reads.push(await rowsRead());
  }
  expect(Math.max(...reads)).toBeLessThan(name === 'plain' ? fewBlocks : fewRows);
});
