import { Writable } from 'node:stream';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { ExportRequest } from '../../../src/shared/export-request.ts';
import { exportPosts } from '../../../src/export/export.ts';
import { namesOf } from '../../../src/shared/names.ts';
import { exportFormats } from '../../../src/shared/export-format.ts';
import { everything } from '../../../src/shared/range.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { collector, type ReadRow, readBack } from '../../support/exported.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const account = anAccount({ handle: 'Export_Lark', displayName: 'The "Lark", =1+1' });
const other = anAccount({ handle: 'somebody_else', displayName: null });
const everyFormat = namesOf(exportFormats);
const start = Date.UTC(2025, 3, 1);

const figure = fc.option(fc.nat({ max: 3_000_000_000 }));
const word = fc.constantFrom('a', 'né', '"', ',', '=x', '😀', 'two words', '');
const list = fc.array(word, { maxLength: 3 });
const text = fc.constantFrom(
  '=1+1',
  '-1',
  'plain',
  'two\nlines',
  'a "quote", and more',
  '👩‍👩‍👧 @nasa',
  '',
  '\t=1',
);

/** Random posts, more than one page of them; several with the same instant, and some by others. */
const [posts = []] = fc.sample(
  fc
    .array(
      fc.record({
        text,
        minute: fc.nat({ max: 400 }),
        byOther: fc.boolean(),
        figures: fc.tuple(figure, figure, figure, figure, figure, figure),
        lists: fc.tuple(list, list, list, list),
        sentiment: fc.option(fc.integer({ min: -10_000, max: 10_000 })),
        language: fc.constantFrom('en', null),
        reply: fc.boolean(),
        /** The post that it replies to; a later or missing one is unknown. */
        parent: fc.nat({ max: 1_249 }),
      }),
      { minLength: 1_250, maxLength: 1_250 },
    )
    .map((all) =>
      all.map(({ minute, byOther, figures, lists, sentiment, reply, parent, ...rest }, at): EnrichedPost => {
        const [likes, reposts, replies, quotes, bookmarks, impressions] = figures;
        const [hashtags, words, urls, emoji] = lists.map((each) => [...new Set(each)]);
        const author = byOther ? { author: authorOf(other), own: false } : {};
        return aPost(account, {
          ...rest,
          ...author,
          createdAt: start + minute * 60_000,
          metrics: { likes, reposts, replies, quotes, bookmarks, impressions },
          hashtags: (hashtags ?? []).filter((tag) => tag !== ''),
          words: words ?? [],
          urls: urls ?? [],
          emoji: emoji ?? [],
          sentiment: sentiment === null ? null : sentiment / 10_000,
          client: reply ? 'Twitter Web App' : null,
          kind: reply ? 'REPLY' : 'ORIGINAL',
          platformId: idAt(at),
          replyTo: reply
            ? { postId: parent < at ? idAt(parent) : '99', authorId: null, handle: 'Somebody' }
            : null,
          quoteOf: at % 5 === 0 ? idAt(parent) : null,
          repostOf: at % 7 === 0 ? { handle: 'Somebody', postId: idAt(parent) } : null,
          media: reply
            ? [{ kind: 'PHOTO', url: 'https://a.example/b', previewUrl: null, alt: 'an "alt"' }]
            : [],
        });
      }),
    ),
  { numRuns: 1, seed: 11 },
);

function idAt(at: number): string {
  return String(7_000_000_000_000_000 + at);
}

function authorOf({ platformId, handle, displayName }: ReturnType<typeof anAccount>) {
  return { platformId, handle, displayName, avatarUrl: null };
}

let streamId = 0;
beforeAll(async () => {
  ({ streamId } = await savePosts(db, account, posts));
});

const requestOf = (more: Partial<ExportRequest> = {}): ExportRequest => ({
  streamId,
  format: 'NDJSON',
  pseudonymous: false,
  range: everything,
  ...more,
});

async function exported(more: Partial<ExportRequest> = {}): Promise<readonly ReadRow[]> {
  const request = requestOf(more);
  const { sink, bytes } = collector();
  const done = await exportPosts(db.sql, request, sink);
  const rows = await readBack(request.format, bytes());
  expect(done).toEqual({ posts: rows.length, bytes: bytes().length });
  return rows;
}

/** What the store has, by a statement that shares nothing with that of the export. */
async function storedRows(): Promise<readonly ReadRow[]> {
  const rows = await db.sql`select to_jsonb(p) as p, to_jsonb(a) as a from posts p
    join authors a using (stream_id, author_id) where p.stream_id = ${streamId} order by p.created_at, p.post_id`;
  const iso = (value: unknown) => new Date(String(value)).toISOString();
  const id = (value: unknown) =>
    value === null ? null : BigInt(`0x${String(value).replaceAll('-', '')}`).toString();
  const byId = new Map(rows.map(({ p }) => [p.post_id as string, p]));
  const placeOf = (postId: string) => {
    let at = byId.get(postId);
    let depth = 0;
    for (; at?.parent_id; depth++) at = byId.get(at.parent_id);
    return at === undefined || at.kind === 'REPLY'
      ? { rootId: null, depth: null }
      : { rootId: id(at.post_id), depth };
  };
  return rows.map(({ p, a }) => ({
    stream: 'Export_Lark',
    streamKind: 'ACCOUNT',
    platform: 'X',
    postId: id(p.post_id),
    url: `https://x.com/i/status/${id(p.post_id)}`,
    own: p.own,
    kind: p.kind,
    createdAt: iso(p.created_at),
    hourKnown: !p.hour_unknown,
    authorId: p.author_id,
    authorHandle: a.handle,
    authorName: a.display_name,
    authorAvatarUrl: a.avatar_url,
    text: p.text,
    language: p.language,
    client: p.client,
    likes: p.likes,
    reposts: p.reposts,
    replies: p.replies,
    quotes: p.quotes,
    bookmarks: p.bookmarks,
    engagement: p.engagement,
    impressions: p.impressions_estimated ? expect.any(Number) : p.impressions,
    impressionsEstimated: p.impressions_estimated,
    observedAt: iso(p.observed_at),
    sentiment: p.sentiment === null ? null : p.sentiment / 10_000,
    replyTo: p.reply_to,
    repostOf: p.repost_of,
    parentId: id(p.parent_id),
    quotedId: id(p.quoted_id),
    repostedId: id(p.reposted_id),
    ...placeOf(p.post_id),
    hashtags: p.hashtags,
    mentions: p.mentions,
    cashtags: p.cashtags,
    urls: p.urls,
    domains: p.domains,
    emoji: p.emoji,
    words: p.words,
    media: p.media ?? [],
    emotes: p.emotes ?? [],
    badges: p.badges ?? [],
    bits: p.bits,
    provider: p.provider,
    collectedAt: iso(p.collected_at),
  }));
}

test.each(everyFormat)('%s has every post of the store, once, in its order', async (format) => {
  const stored = await storedRows();
  expect(stored).toHaveLength(posts.length);
  expect(stored.some(({ depth }) => Number(depth) > 2)).toBe(true);
  expect(await exported({ format })).toEqual(stored);
});

test('estimated impressions use the ratio of the stream, as in the API', async () => {
  const rows = await exported();
  const estimates = rows.filter(({ impressionsEstimated }) => impressionsEstimated);
  const [stream] =
    await db.sql`select impressions_per_reaction as ratio from streams where stream_id = ${streamId}`;
  expect(estimates.length).toBeGreaterThan(0);
  for (const { likes, reposts, impressions } of estimates) {
    expect(impressions).toBe((Number(likes ?? 0) + Number(reposts ?? 0)) * stream?.ratio);
  }
});

test('a range includes its start and excludes its end', async () => {
  const [from, to] = [start + 60_000, start + 120_000];
  const within = posts.filter(({ createdAt }) => createdAt >= from && createdAt < to);
  expect(within.length).toBeGreaterThan(0);
  expect(await exported({ range: { from, to } })).toHaveLength(within.length);
});

test('a missing stream is NOT_FOUND', async () => {
  await expect(exported({ streamId: 999_999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('in a pseudonymous export no handle, name or id of the store occurs, and each author has one pseudonym', async () => {
  const rows = await exported({ pseudonymous: true });
  const all = JSON.stringify(rows).toLowerCase();
  const names =
    await db.sql`select handle, display_name, author_id from authors where stream_id = ${streamId}`;
  for (const name of names.flatMap((author) => Object.values(author)).filter((value) => value !== null)) {
    expect(all).not.toContain(String(name).toLowerCase());
  }
  for (const { platformId } of posts) expect(all).not.toContain(`"${platformId}"`);
  for (const mine of [true, false]) {
    const theirs = rows.filter(({ own }) => own === mine);
    expect(new Set(theirs.map(({ authorHandle }) => authorHandle)).size).toBe(1);
  }
  expect(new Set(rows.map(({ authorHandle }) => authorHandle)).size).toBe(2);
});

/** Reads one chunk, then nothing until it is told to. */
function slowSink() {
  let written = 0;
  let goOn = () => {};
  const open = new Promise<void>((done) => {
    goOn = done;
  });
  const sink = new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, done) {
      written += 1;
      if (written === 1) void open.then(() => done());
      else done();
    },
  });
  return { sink, goOn, chunks: () => written };
}

test('a reader that pauses stops reading from the store, and sees the moment at which the export began', async () => {
  const moving = anAccount();
  const { streamId: id } = await savePosts(
    db,
    moving,
    Array.from({ length: 5_000 }, (_, at) => aPost(moving, { createdAt: start + at })),
  );
  const { sink, goOn, chunks } = slowSink();
  const seen: number[] = [];
  const done = exportPosts(db.sql, requestOf({ streamId: id }), sink, {
    onProgress: (count) => seen.push(count),
  });
  await expect.poll(chunks).toBe(1);
  // Others write meanwhile: before, in and after the part that is read.
  await savePosts(db, moving, [
    aPost(moving, { createdAt: start - 1 }),
    aPost(moving, { createdAt: start + 90_000 }),
  ]);
  await db.sql`update posts set text = 'changed' where stream_id = ${id}`;
  // The chunk that is held, one that is buffered, and one that is being made.
  expect(Math.max(...seen)).toBeLessThanOrEqual(1_500);
  goOn();
  expect(await done).toMatchObject({ posts: 5_000 });
});

test('a stopped export ends with the reason, and a failing reader with its error', async () => {
  const stop = new AbortController();
  const reason = new Error('stopped by the test');
  const { sink } = slowSink();
  const stopped = exportPosts(db.sql, requestOf(), sink, { signal: stop.signal });
  setTimeout(() => stop.abort(reason), 50);
  await expect(stopped).rejects.toBe(reason);
  const broken = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('broken'), { code: 'EPIPE' })),
  });
  await expect(exportPosts(db.sql, requestOf(), broken)).rejects.toMatchObject({ code: 'EPIPE' });
  // The connection can be used again.
  expect(await exported()).toHaveLength(posts.length);
});
