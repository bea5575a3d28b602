import type { Sql } from 'postgres';
import { configuredProviders } from '../../providers/configured.ts';
import type { ProviderConfig } from '../../providers/provider-config.ts';
import { DomainError } from '../../shared/errors.ts';
import { dayMs, toIso } from '../../shared/instant.ts';
import { computeQuote, type FetchQuote, type QuoteRequest, type KnownAccount } from './quote.ts';
import { spentUsd } from './spending.ts';

/** What a fetch would take by each configured provider, cheapest first. Asks the store, and nobody else. */
export async function quoteFetch(
  sql: Sql,
  config: ProviderConfig,
  request: QuoteRequest,
  now: Date,
): Promise<readonly FetchQuote[]> {
  const providers = configuredProviders(config);
  if (providers.length === 0) {
    throw new DomainError(
      'PROVIDER_NOT_CONFIGURED',
      'No provider that fetches from X is configured: set X_BEARER_TOKEN, SOCIALDATA_API_KEY or X_SCRAPER=on',
    );
  }
  const at = now.getTime();
  const [known, spent] = await Promise.all([findKnown(sql, request.handle, at), spentUsd(sql, at)]);
  const quotes = providers.map((provider) => {
    const { name } = provider;
    const budget = config.budgets[name];
    return computeQuote(
      {
        provider: name,
        price: config.prices[name],
        own: config.ownHandles.includes(request.handle.toLowerCase()),
        findsReplies: provider.obstacle('replies') === null,
        spacingSeconds: name === 'X_SCRAPER' ? config.scraper.spacingMs / 1_000 : 0,
        budget: budget === null ? null : { usd: budget, leftUsd: budget - (spent.get(name) ?? 0) },
      },
      known,
      request,
      at,
    );
  });
  return quotes.sort((a, b) => a.usd - b.usd);
}

/**
 * What is known of an account of X; null where no own post of it is stored. Served by accounts_handle, the activity's
 * primary key (its two ends and its last 30 days), posts_created (seven days) and the few tallies of providers.
 */
async function findKnown(sql: Sql, handle: string, now: number): Promise<KnownAccount | null> {
  const weekAgo = toIso(now - 7 * dayMs);
  const rows = await sql<(Omit<KnownAccount, 'recent'> & KnownAccount['recent'])[]>`
    with account as (
      select a.stream_id, a.reported_posts from accounts a join streams s using (stream_id)
      where s.kind = 'ACCOUNT' and s.platform = 'X' and lower(a.handle) = ${handle.toLowerCase()}
      order by a.observed_at desc limit 1
    )
    select a.reported_posts::float8 as "reportedPosts", stored.posts as "storedPosts",
      extract(epoch from oldest)::float8 * 1000 as "oldestAt",
      extract(epoch from newest)::float8 * 1000 as "newestAt", month.posts as "lastMonthPosts", week.*
    from account a
    cross join lateral (
      select bucket as oldest from activity
      where stream_id = a.stream_id and posts > 0 order by bucket limit 1) first
    cross join lateral (
      select bucket as newest from activity
      where stream_id = a.stream_id and posts > 0 order by bucket desc limit 1) last
    cross join lateral (
      select sum(posts)::float8 as posts from activity
      where stream_id = a.stream_id and bucket > newest - interval '30 days') month
    cross join lateral (
      select count(*) filter (where own and kind <> 'REPOST')::float8 as posts,
        count(*) filter (where own and replies > 0)::float8 as replied,
        greatest(coalesce(sum(replies) filter (where own), 0) - count(*) filter (where not own), 0)::float8 as replies
      from posts where stream_id = a.stream_id and created_at >= ${weekAgo}) week
    cross join lateral (
      select coalesce(sum(posts), 0)::float8 as posts from tally_totals
      where stream_id = a.stream_id and dimension = 'PROVIDER') stored`;
  const [row] = rows;
  if (row === undefined) return null;
  const { posts, replied, replies, ...account } = row;
  return { ...account, recent: { posts, replied, replies } };
}
