import postgres from 'postgres';
import { postCursor, type PostOrder } from '../src/entities/post/order.ts';
import type { PostRow } from '../src/entities/post/row.ts';
import type { SeededAccount } from './support/account.ts';
import { openApi } from './support/api.ts';
import { explainStatements } from './support/explain.ts';
import { count, type Finding, type Run, report } from './support/finding.ts';
import { largeStore } from './support/large-store.ts';
import type { BenchStore } from './support/store.ts';
import { p99Finding } from './support/p99-finding.ts';
import { createRawClient, type RawClient } from './support/raw-client.ts';
import { serve, stop } from './support/served.ts';
import { percentile, time, type Timings } from './support/timings.ts';

/** Limits for 99 of 100 requests, in milliseconds. */
const targets = { page: 10, search: 25 };
const places = 50;

/**
 * Reading pages and searching in an account of 1,000,000 posts, over HTTP, one request after the other. The server keeps
 * no answers: each is computed.
 */
export async function pages(run: Run): Promise<readonly Finding[]> {
  const { store, large } = await largeStore(run);
  const server = await serve(store, { CACHE: 'off' });
  const client = createRawClient(`http://127.0.0.1:${server.port}/graphql`);
  const requests = [
    ...pageRequests(await placesOf(store, large)),
    ...searchRequests(await searchesOf(store, large)),
  ];
  const findings: Finding[] = [];
  try {
    for (const request of requests) {
      report(request.what);
      findings.push(await measure({ store, client }, large, request));
      if (run.explain) await explain(store, large, request);
    }
    return findings;
  } finally {
    client.close();
    await stop(server.process);
  }
}

type Request = {
  readonly what: string;
  /** Used one after the other, repeatedly. */
  readonly variables: readonly object[];
  readonly target: number;
  /** Plain statements for the same posts; $1 is the stream. */
  readonly plain: readonly { readonly text: string; readonly parameters: readonly string[] }[];
};

const document = `query Page($handle: String!, $orderBy: PostOrder!, $after: String, $search: String) {
  account(handle: $handle) {
    posts(first: 20, orderBy: $orderBy, after: $after, filter: { search: $search }) {
      edges { cursor node { id url text createdAt kind author { handle displayName avatarUrl }
        metrics { likes reposts replies impressions } sentiment { label score } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const plainPage = (where: string, order: string) =>
  `select post_id, text, created_at, kind, author_id, likes, reposts, replies, impressions, sentiment from posts
   where stream_id = $1 ${where} order by ${order} limit 20`;

/** A post somewhere in the history. */
type Place = {
  readonly post: PostRow;
  readonly createdAt: string;
  readonly postId: string;
  readonly likes: number;
};

function pageRequests(deep: readonly Place[]): readonly Request[] {
  const newest = 'created_at desc, post_id desc';
  const liked = `coalesce(likes, -1) desc, ${newest}`;
  const rated = 'and (engagement is not null or impressions is not null)';
  const first = (orderBy: PostOrder, where: string, order: string): Request => ({
    what: `page of 20 posts, ${orderBy}, first`,
    variables: [{ orderBy }],
    target: targets.page,
    plain: [{ text: plainPage(where, order), parameters: [] }],
  });
  const cursor = (orderBy: PostOrder, post: PostRow) => ({ orderBy, after: postCursor(orderBy, post) });
  return [
    first('NEWEST', '', newest),
    {
      what: 'page of 20 posts, NEWEST, anywhere',
      variables: deep.map(({ post }) => cursor('NEWEST', { ...post, rank: null })),
      target: targets.page,
      plain: deep.map(({ createdAt, postId }) => ({
        text: plainPage('and (created_at, post_id) < ($2::timestamptz, $3::uuid)', newest),
        parameters: [createdAt, postId],
      })),
    },
    first('LIKES', rated, liked),
    {
      what: 'page of 20 posts, LIKES, anywhere',
      variables: deep.map(({ post, likes }) => cursor('LIKES', { ...post, rank: likes })),
      target: targets.page,
      plain: deep.map(({ likes, createdAt, postId }) => ({
        text: plainPage(
          `${rated} and (coalesce(likes, -1), created_at, post_id) < ($2::bigint, $3::timestamptz, $4::uuid)`,
          liked,
        ),
        parameters: [String(likes), createdAt, postId],
      })),
    },
  ];
}

type Search = {
  readonly kind: string;
  readonly texts: readonly string[];
  readonly orderBy: PostOrder;
  readonly hits: string;
};

function searchRequests(searches: readonly Search[]): readonly Request[] {
  return searches.map(({ kind, texts, orderBy, hits }) => ({
    what: `search, ${kind}, ${orderBy} (${hits} hits)`,
    variables: texts.map((search) => ({ orderBy, search })),
    target: targets.search,
    plain: texts.map((text) => ({
      text: plainPage(
        `and search @@ websearch_to_tsquery('simple', $2)`,
        orderBy === 'RELEVANCE'
          ? `ts_rank(search, websearch_to_tsquery('simple', $2)) desc, created_at desc`
          : 'created_at desc, post_id desc',
      ),
      parameters: [text],
    })),
  }));
}

/** Evenly distributed over the history. */
async function placesOf(store: BenchStore, { streamId }: SeededAccount): Promise<readonly Place[]> {
  const rows = await store.db.sql<{ createdAt: string; postId: string; likes: number }[]>`
    select p.created_at::text as "createdAt", p.post_id as "postId", coalesce(p.likes, -1)::float8 as likes
    from (select min(created_at) as first, max(created_at) as last from posts where stream_id = ${streamId}) s,
      generate_series(1, ${places}) n, lateral (
        select created_at, post_id, likes from posts
        where stream_id = ${streamId} and created_at >= s.first + (s.last - s.first) * n / ${places + 1}
        order by created_at limit 1) p`;
  return rows.map((row) => ({
    ...row,
    // Safe: a cursor uses only these fields.
    post: { streamId, postId: row.postId, createdAt: new Date(row.createdAt) } as PostRow,
  }));
}

/** Common words, rare words and phrases from the posts themselves. */
async function searchesOf(store: BenchStore, account: SeededAccount): Promise<readonly Search[]> {
  const { streamId } = account;
  const words = await store.db.sql<{ value: string }[]>`
    select value from tally_totals where stream_id = ${streamId} and dimension = 'WORD' and value ~ '^[a-z]{4,}$'
    order by posts desc limit 10`;
  // The generated texts repeat their words; only paths of links and handles are rare.
  const rare = await store.db.sql<{ value: string }[]>`
    select word as value from ts_stat(${`select search from posts where stream_id = ${streamId}
      and created_at > (select max(created_at) - interval '60 days' from posts where stream_id = ${streamId})`})
    where word ~ '^[a-z0-9_]{5,}$' order by ndoc, word limit 10`;
  const phrases = await store.db.sql<{ value: string }[]>`
    select '"' || (regexp_match(text, '\\m([a-z]{3,} [a-z]{3,} [a-z]{3,})\\M'))[1] || '"' as value from posts
    where stream_id = ${streamId} and kind = 'ORIGINAL' and text ~ '\\m[a-z]{3,} [a-z]{3,} [a-z]{3,}\\M'
    order by md5(post_id::text) limit 10`;
  const lists = [
    { kind: 'common word', rows: words, orderBy: 'NEWEST' },
    { kind: 'rare word', rows: rare, orderBy: 'NEWEST' },
    { kind: 'phrase', rows: phrases, orderBy: 'NEWEST' },
    { kind: 'common word', rows: words, orderBy: 'RELEVANCE' },
    { kind: 'rare word', rows: rare, orderBy: 'RELEVANCE' },
  ] as const;
  const searches: Search[] = [];
  for (const { kind, rows, orderBy } of lists) {
    const texts = [...new Set(rows.map((row) => row.value))];
    if (texts.length === 0) report(`skipped: the posts give no ${kind}`);
    else searches.push({ kind, texts, orderBy, hits: await hitsOf(store, account, texts) });
  }
  return searches;
}

async function hitsOf(
  store: BenchStore,
  { streamId }: SeededAccount,
  texts: readonly string[],
): Promise<string> {
  const hits: number[] = [];
  for (const text of texts) {
    const [row] = await store.db.sql`select count(*)::int as hits from posts
      where stream_id = ${streamId} and search @@ websearch_to_tsquery('simple', ${text})`;
    hits.push(Number(row?.hits));
  }
  const missed = texts.filter((_, index) => hits[index] === 0);
  if (missed.length > 0) report(`not found by the search: ${missed.join(', ')}`);
  const [least, most] = [Math.min(...hits), Math.max(...hits)];
  return least === most ? count(least) : `${count(least)} to ${count(most)}`;
}

async function measure(
  { store, client }: { readonly store: BenchStore; readonly client: RawClient },
  account: SeededAccount,
  request: Request,
): Promise<Finding> {
  const ours = await timeOften(async (n) => {
    const { isOk, status } = await client.ask(document, variablesOf(account, request, n));
    if (!isOk) throw new Error(`The server answered with ${status}, or with errors`);
  });
  const connection = postgres(store.url, { max: 1, onnotice: () => {} });
  try {
    const plain = await timeOften((n) => {
      const { text, parameters } = request.plain[n % request.plain.length] ?? { text: '', parameters: [] };
      return connection.unsafe(text, [account.streamId, ...parameters], { prepare: true });
    });
    const size = `${count(account.posts)} posts`;
    return p99Finding({
      part: 'pages',
      what: request.what,
      size,
      ours,
      floor: plain,
      target: request.target,
    });
  } finally {
    await connection.end();
  }
}

/**
 * Two thousand runs of what takes few milliseconds: its slowest hundredth depends on chance. Slow work runs less often,
 * which is enough to show that it is slow. Node compiles a server's code while its first requests come, so they do not
 * count.
 */
async function timeOften(work: (n: number) => Promise<unknown>): Promise<Timings> {
  const ms = percentile(await time(work, { runs: 20, warmUps: 2 }), 0.5);
  if (ms > 100) return time(work, { runs: 30, warmUps: 2 });
  return time(work, ms > 10 ? { runs: 500, warmUps: 100 } : { runs: 2_000, warmUps: 300 });
}

const variablesOf = ({ handle }: SeededAccount, { variables }: Request, n: number): object => ({
  handle,
  ...variables[n % variables.length],
});

async function explain(store: BenchStore, account: SeededAccount, request: Request): Promise<void> {
  await explainStatements(request.what, store.url, async (db) => {
    const api = await openApi(db);
    return api.ask(document, variablesOf(account, request, 0));
  });
}
