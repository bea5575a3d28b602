import { findOrCreateTopic } from '../src/streams/create.ts';
import { deleteStreamRows } from '../src/streams/delete.ts';
import { encodeGlobalId } from '../src/shared/global-id.ts';
import { type Api, openApi } from './support/api.ts';
import { explainStatements } from './support/explain.ts';
import { count, type Finding, ms, type Run, report, times } from './support/finding.ts';
import { openFilledStore } from './support/filled-store.ts';
import { type BenchStore, openBenchStore } from './support/store.ts';
import { makeExtremes, makeThreads, writeThreads } from './support/threads.ts';
import { median, percentile, seconds, time } from './support/timings.ts';

const viral = `query ($stream: ID) { viralChains(stream: $stream, minDepth: 5, minEngagement: 100, first: 10) {
  depth engagement participants posts { id text author { handle } metrics { engagement } } } }`;
const depths = '{ conversationDepths { conversations posts maxDepth meanDepth histogram { depth posts } } }';
const conversation = `query ($id: ID!) { conversation(postId: $id) { size maxDepth participants engagement virality
  responseTimes { first median } longestChain { depth engagement } posts(first: 20) { nodes { text depth } } } }`;

/** Walks every thread from its root without stored places: the same paths, from the posts alone. */
const plainChains = `with recursive walk (post_id, depth, engagement) as (
    select post_id, 0, coalesce(engagement, 0) from posts where stream_id = $1 and parent_id is null
    union all
    select p.post_id, w.depth + 1, w.engagement + coalesce(p.engagement, 0)
    from walk w join posts p on p.stream_id = $1 and p.parent_id = w.post_id
  )
  select * from walk w where depth >= 5 and engagement >= 100
    and not exists (select from posts p where p.stream_id = $1 and p.parent_id = w.post_id)
  order by engagement desc limit 10`;

/** Measures conversations: the cost of writing them, and of queries. */
export async function* conversations(run: Run): AsyncGenerator<Finding> {
  const replies = run.quick ? 20_000 : 1_000_000;
  const [wide, long] = run.quick ? [2_000, 1_000] : [100_000, 10_000];
  yield await writing(Math.min(replies, 200_000));
  report(`${count(replies)} replies`);
  const store = await openFilledStore(run.keepStores, `threads-${replies}`, (fresh) =>
    fill(fresh, { replies, wide, long }),
  );
  try {
    const api = await openApi(store.db);
    if (run.explain) await explain(store);
    yield* asking(store, api, await findOrCreateTopic(store.db.sql, 'threads'), replies);
    const extremes = await findOrCreateTopic(store.db.sql, 'extremes');
    yield await threadOf(api, extremes, 1, wide + 1, 'replies to one post');
    yield await threadOf(api, extremes, wide + 10, long + 1, 'posts in one chain');
  } finally {
    await store.close();
  }
}

type Sizes = { readonly replies: number; readonly wide: number; readonly long: number };

async function fill(store: BenchStore, { replies, wide, long }: Sizes): Promise<void> {
  const { sql } = store.db;
  await writeThreads(store, await findOrCreateTopic(sql, 'threads'), makeThreads(replies, 1));
  await writeThreads(store, await findOrCreateTopic(sql, 'extremes'), makeExtremes(wide, long));
  await sql.unsafe('vacuum analyze');
}

/** What maintaining the tree adds to an import: the same posts with and without parents. */
async function writing(replies: number): Promise<Finding> {
  report(`writing ${count(replies)} replies`);
  const took = { threaded: 0, plain: 0 };
  const store = await openBenchStore();
  try {
    for (const [at, name] of (['plain', 'threaded', 'threaded', 'plain'] as const).entries()) {
      const streamId = await findOrCreateTopic(store.db.sql, `writing ${at}`);
      const posts = makeThreads(replies, 2 + at);
      took[name] += await seconds(() =>
        writeThreads(store, streamId, posts, { threaded: name === 'threaded' }),
      );
      await deleteStreamRows(store.db.sql, streamId);
    }
  } finally {
    await store.close();
  }
  return {
    part: 'conversations',
    what: 'writing replies',
    size: count(replies),
    figure: `${took.threaded.toFixed(1)} s`,
    floor: `${took.plain.toFixed(1)} s for the same posts without parents`,
    ratio: times(took.threaded / took.plain),
    target: '<= 1.15×',
    met: took.threaded <= 1.15 * took.plain,
  };
}

async function* asking(
  store: BenchStore,
  api: Api,
  streamId: number,
  replies: number,
): AsyncGenerator<Finding> {
  const sample = { runs: 5, warmUps: 1 };
  const plain = await time(() => store.db.sql.unsafe(plainChains, [streamId]), { runs: 1, warmUps: 0 });
  const stream = encodeGlobalId('Topic', String(streamId));
  const questions = [
    { what: 'viral chains, all streams', ask: () => api.ask(viral), target: 1_000, floor: plain },
    { what: 'viral chains, one stream', ask: () => api.ask(viral, { stream }), target: 1_000, floor: plain },
    { what: 'depths of all conversations', ask: () => api.ask(depths) },
  ];
  for (const { what, ask, target, floor } of questions) {
    report(what);
    const took = await time(ask, sample);
    yield {
      part: 'conversations',
      what,
      size: `${count(replies)} replies`,
      figure: `${ms(median(took))}, at most ${ms(percentile(took, 1))}`,
      ...(target === undefined || floor === undefined
        ? {}
        : {
            floor: `${ms(median(floor))} for a recursive query over the posts`,
            ratio: times(median(took) / median(floor)),
            target: `<= ${target} ms`,
            met: percentile(took, 1) <= target,
          }),
    };
  }
}

async function threadOf(
  api: Api,
  streamId: number,
  root: number,
  posts: number,
  what: string,
): Promise<Finding> {
  const id = encodeGlobalId('Post', `${streamId}:X:${root}`);
  report(`${count(posts)} ${what}`);
  const took = await time(() => api.ask(conversation, { id }), { runs: 5, warmUps: 1 });
  return {
    part: 'conversations',
    what: 'everything about a conversation',
    size: `${count(posts)} ${what}`,
    figure: `${ms(median(took))}, at most ${ms(percentile(took, 1))}`,
  };
}

async function explain(store: BenchStore): Promise<void> {
  await explainStatements('viral chains', store.url, async (db) => {
    const api = await openApi(db);
    await api.ask(viral);
  });
}
