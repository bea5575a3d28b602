import type { PendingQuery, Row, Sql } from 'postgres';
import { ableProviders } from '../providers/able.ts';
import { configuredProviders } from '../providers/configured.ts';
import type { ProviderConfig } from '../providers/provider-config.ts';
import { dayBucketsEnd, dayBucketShift } from '../shared/activity-bucket.ts';
import type { Fetchable } from '../shared/fetchable.ts';
import { topicIdentity } from '../shared/topic.ts';
import type { Refresh } from '../shared/refresh.ts';
import { type CountPosts, openPostCounts } from './profiles.ts';
import type { FetchQuote, QuoteRequest } from '../shared/fetch-quote.ts';
import { computeQuote, type KnownStream, mostConversations, mostDue } from './quote.ts';
import { countForRefresh, listBusyConversations } from './refresh.ts';
import { openSpending, spentUsd } from './spending.ts';

/**
 * Quotes a fetch for each configured provider that can do it, cheapest first. Reads only the store, unless an account's
 * number of posts is unknown: then it asks `countPosts`.
 */
export async function quoteFetch(
  sql: Sql,
  config: ProviderConfig,
  request: QuoteRequest,
  now: Date,
  countPosts: CountPosts,
): Promise<readonly FetchQuote[]> {
  const { target, full } = request;
  const providers = ableProviders(configuredProviders(config), target.kind);
  const at = now.getTime();
  const stored = await findKnown(sql, request, at);
  const isCounted = stored !== null && (!full || stored.reportedPosts !== null);
  const reportedPosts = target.kind === 'topic' || isCounted ? null : await countPosts(target.handle);
  const spent = await spentUsd(sql, at);
  const quotes = providers.map((provider) => {
    const { name } = provider;
    const budget = config.budgets[name];
    return computeQuote(
      {
        provider: name,
        price: config.prices[name],
        own: target.kind === 'account' && config.ownHandles.includes(target.handle.toLowerCase()),
        findsReplies: target.kind === 'account' && provider.obstacle('replies') === null,
        spacingSeconds: name === 'X_SCRAPER' ? config.scraper.spacingMs / 1_000 : 0,
        budget: budget === null ? null : { usd: budget, leftUsd: budget - (spent.get(name) ?? 0) },
      },
      { stored, reportedPosts },
      request,
      at,
    );
  });
  return quotes.sort((a, b) => a.usd - b.usd);
}

/** Returns a `CountPosts` that uses the configured providers. */
export const postCountsOf = (sql: Sql, config: ProviderConfig): CountPosts =>
  openPostCounts({
    providers: configuredProviders(config),
    prices: config.prices,
    spending: openSpending(sql, config),
  });

type Found = { readonly streamId: number; readonly reportedPosts: number | null };

/**
 * Finds the stream and how many posts its account reports; null when there is none. Uses the index accounts_handle or
 * streams_identity.
 */
async function findStream(sql: Sql, target: Fetchable): Promise<Found | null> {
  const [row] =
    target.kind === 'account'
      ? await sql<Found[]>`
        select a.stream_id as "streamId", a.reported_posts::float8 as "reportedPosts" from accounts a join streams s using (stream_id)
        where s.kind = 'ACCOUNT' and s.platform = 'X' and lower(a.handle) = ${target.handle.toLowerCase()}
        order by a.observed_at desc limit 1`
      : await sql<Found[]>`
        select stream_id as "streamId", null::float8 as "reportedPosts" from streams
        where kind = 'TOPIC' and platform = 'X' and identity = ${topicIdentity(target.query)}`;
  return row ?? null;
}

/** Finds the stored facts about an account or a topic; null when none of its own posts is stored. */
async function findKnown(sql: Sql, request: QuoteRequest, now: number): Promise<KnownStream | null> {
  const found = await findStored(sql, request.target);
  if (found === null) return null;
  const { streamId, ...stored } = found;
  if (request.target.kind === 'topic') return { ...stored, refreshed: 0, missingReplies: [] };
  const [refreshed, busy] = await Promise.all([
    countRefreshed(sql, found, request.refresh, now),
    listBusyConversations(sql, streamId, { now, limit: mostConversations }),
  ]);
  return { ...stored, refreshed, missingReplies: busy.map(({ missing }) => missing) };
}

async function countRefreshed(sql: Sql, { streamId, storedPosts }: Stored, which: Refresh, now: number) {
  if (which === 'ALL') return storedPosts;
  const limit = which === 'DUE' ? mostDue : Number.POSITIVE_INFINITY;
  return countForRefresh(sql, streamId, { which, after: null, now, begunAt: now, limit });
}

type Stored = Omit<KnownStream, 'refreshed' | 'missingReplies'> & { readonly streamId: number };

/**
 * Uses the primary key of activity (its two ends and its last 30 days) and the few tallies of providers. The stream is
 * found first, so that a cluster asks only the node that has it.
 */
async function findStored(sql: Sql, target: Fetchable): Promise<Stored | null> {
  const found = await findStream(sql, target);
  if (found === null) return null;
  const { streamId } = found;
  const [row] = await sql<Omit<Stored, keyof Found>[]>`
    select extract(epoch from oldest)::float8 * 1000 as "oldestAt", extract(epoch from newest)::float8 * 1000 as "newestAt",
      (select sum(posts)::float8 from activity
        where stream_id = ${streamId} and (bucket > newest - interval '30 days'
          or bucket < ${dayBucketsEnd} and ${asDay(sql)} > newest - interval '30 days')) as "lastMonthPosts",
      (select coalesce(sum(posts), 0)::float8 from tally_totals
        where stream_id = ${streamId} and dimension = 'PROVIDER') as "storedPosts"
    from (
      select least(${firstOf(sql, streamId, 'quarters')}, ${firstOf(sql, streamId, 'days')}) as oldest,
        greatest(${lastOf(sql, streamId, 'quarters')}, ${lastOf(sql, streamId, 'days')}) as newest) ends
    where oldest is not null`;
  return row === undefined ? null : { ...found, ...row };
}

/** The day of a bucket whose posts have a known day only. */
const asDay = (sql: Sql) => sql`bucket + ${sql.unsafe(dayBucketShift)}`;
/** Buckets of a quarter of an hour, or of a day. */
type Part = 'quarters' | 'days';
const firstOf = (sql: Sql, streamId: number, part: Part) => endOf(sql, streamId, part, sql`order by bucket`);
const lastOf = (sql: Sql, streamId: number, part: Part) =>
  endOf(sql, streamId, part, sql`order by bucket desc`);
const endOf = (sql: Sql, streamId: number, part: Part, order: PendingQuery<Row[]>) =>
  part === 'quarters'
    ? sql`(select bucket from activity where stream_id = ${streamId} and posts > 0 and bucket >= ${dayBucketsEnd}
        ${order} limit 1)`
    : sql`(select ${asDay(sql)} from activity where stream_id = ${streamId} and posts > 0 and bucket < ${dayBucketsEnd}
        ${order} limit 1)`;
