import type { Sql, TransactionSql } from 'postgres';
import type { Cost, FetchProviderName } from '../providers/fetch-provider.ts';
import type { ProviderConfig } from '../providers/provider-config.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { dayMs, toDay } from '../shared/instant.ts';
import { ceilMonth, floorMonth } from '../shared/month.ts';
import { computeMicroUsd, printUsd, toMicroUsd } from '../shared/price.ts';

/** The most that a call may be charged for. */
type Estimate = {
  readonly posts: number;
  readonly users: number;
  /** Whether the posts are of an account of ours. */
  readonly own: boolean;
};

/** Money set aside for one call, in the month in which the call began. */
export type Reservation = {
  readonly provider: FetchProviderName;
  /** First day of the month (UTC). */
  readonly month: string;
  readonly microUsd: number;
};

/**
 * Keeps each provider within its month's budget (UTC): a call's price is set aside before the call and replaced by
 * what was delivered after it. Whoever dies in between leaves it set aside: too much is booked rather than too little.
 */
export type Spending = {
  /** Sets the price aside; BUDGET_EXCEEDED where the budget does not allow it. Any number of processes may. */
  reserve(provider: FetchProviderName, estimate: Estimate): Promise<Reservation>;
  /** Posts that what is left of the budget pays for; infinite without a budget or a price. */
  affordable(provider: FetchProviderName, own: boolean): Promise<number>;
  /** The failure for a fetch that would pass the budget. */
  exceeded(provider: FetchProviderName, estimate: Estimate): Promise<ProviderError>;
  /**
   * Books what was delivered in place of what was set aside, even where it is more; null: the call failed and cost
   * nothing. `own`: whether all posts are of an account of ours, or the ids of those that are.
   */
  settle(reservation: Reservation, cost: Cost | null, own: boolean | ReadonlySet<string>): Promise<void>;
  /** Forgets which posts were charged on days before yesterday. */
  prune(): Promise<void>;
  /** Whether the handle is one of ours, whose posts are cheaper. */
  isOwn(handle: string): boolean;
};

/** What each provider was paid in the present month (UTC), reservations included; in US dollars. */
export async function spentUsd(sql: Sql, now: number): Promise<Map<FetchProviderName, number>> {
  const rows = await sql<{ provider: FetchProviderName; usd: number }[]>`
    select provider, usd::float8 from spending where month = ${monthOf(now)}`;
  return new Map(rows.map(({ provider, usd }) => [provider, usd]));
}

/** The books of all providers, in tables that all processes share. */
export function openSpending(
  sql: Sql,
  config: Pick<ProviderConfig, 'prices' | 'budgets' | 'ownHandles'>,
  now: () => number = Date.now,
): Spending {
  const priceOf = (provider: FetchProviderName, { posts, users, own }: Estimate) =>
    computeMicroUsd(config.prices[provider], {
      posts: own ? 0 : posts,
      ownPosts: own ? posts : 0,
      users,
    });
  return {
    async affordable(provider, own) {
      const budget = config.budgets[provider];
      const one = priceOf(provider, { posts: 1, users: 0, own });
      if (budget === null || one === 0) return Number.POSITIVE_INFINITY;
      const spent = await spentMicroUsd(sql, { provider, month: monthOf(now()) });
      return Math.max(0, Math.floor((toMicroUsd(budget) - spent) / one));
    },

    async exceeded(provider, estimate) {
      const at = now();
      const reservation = { provider, month: monthOf(at), microUsd: priceOf(provider, estimate) };
      return exceeded(reservation, {
        what: 'this fetch',
        budget: toMicroUsd(config.budgets[provider] ?? 0),
        spent: await spentMicroUsd(sql, reservation),
        retryAt: new Date(ceilMonth(at + 1)),
      });
    },

    async reserve(provider, estimate) {
      const microUsd = priceOf(provider, estimate);
      const at = now();
      const reservation = { provider, month: monthOf(at), microUsd };
      const budget = config.budgets[provider];
      const bound = budget === null || microUsd === 0 ? null : toMicroUsd(budget);
      if (await setAside(sql, reservation, bound)) return reservation;
      throw exceeded(reservation, {
        what: 'this call',
        budget: bound ?? 0,
        spent: await spentMicroUsd(sql, reservation),
        retryAt: new Date(ceilMonth(at + 1)),
      });
    },

    async settle(reservation, cost, own) {
      const { provider, month, microUsd } = reservation;
      if (cost === null) {
        await sql`update spending set usd = usd - ${usd(sql, microUsd)} where ${rowOf(sql, reservation)}`;
        return;
      }
      const prices = config.prices[provider];
      await sql.begin(async (tx) => {
        const { postIds, requests, users } = cost;
        const charged = prices.oncePerDay ? await chargeOnce(tx, provider, toDay(now()), postIds) : postIds;
        const ownPosts = charged.filter((id) => (typeof own === 'boolean' ? own : own.has(id))).length;
        const counts = { posts: charged.length - ownPosts, ownPosts, users };
        const difference = computeMicroUsd(prices, counts) - microUsd;
        await tx`
          update spending set usd = usd + ${usd(tx, difference)}, posts = posts + ${charged.length},
            requests = requests + ${requests}
          where ${rowOf(tx, { provider, month })}`;
      });
    },

    async prune() {
      const yesterday = toDay(now() - dayMs);
      await sql`delete from charged_posts where day < ${yesterday}`;
    },

    isOwn: (handle) => config.ownHandles.includes(handle.toLowerCase()),
  };
}

type Tx = Sql | TransactionSql;
type Row = Pick<Reservation, 'provider' | 'month'>;

const monthOf = (at: number) => toDay(floorMonth(at));

const rowOf = (sql: Tx, { provider, month }: Row) => sql`provider = ${provider} and month = ${month}`;
const usd = (sql: Tx, microUsd: number) => sql`${microUsd}::bigint * 0.000001`;

/** False where the bound would be passed. One statement: calls at the same time queue at the month's row. */
async function setAside(sql: Sql, { provider, month, microUsd }: Reservation, bound: number | null) {
  if (bound !== null && microUsd > bound) return false;
  const rows = await sql`
    insert into spending as s (provider, month, usd) values (${provider}, ${month}, ${usd(sql, microUsd)})
    on conflict (provider, month) do update set usd = s.usd + excluded.usd
      where ${bound === null} or s.usd + excluded.usd <= ${usd(sql, bound ?? 0)}
    returning 1`;
  return rows.length > 0;
}

async function spentMicroUsd(sql: Sql, row: Row): Promise<number> {
  const rows = await sql<{ spent: number }[]>`
    select (usd * 1000000)::float8 as spent from spending where ${rowOf(sql, row)}`;
  return rows[0]?.spent ?? 0;
}

/** Notes the posts as charged today and gives those that were not yet. Sorted, so that two calls cannot deadlock. */
async function chargeOnce(
  tx: TransactionSql,
  provider: FetchProviderName,
  day: string,
  postIds: readonly string[],
): Promise<readonly string[]> {
  const ids = [...new Set(postIds)];
  const rows = await tx<{ id: string }[]>`
    insert into charged_posts (provider, day, platform_id)
    select ${provider}::provider, ${day}::date, id from unnest(${ids}::text[]) as t (id) order by id
    on conflict do nothing
    returning platform_id as id`;
  return rows.map(({ id }) => id);
}

const budgetVariables: Partial<Record<FetchProviderName, string>> = {
  X_API: 'X_API_BUDGET_USD',
  SOCIALDATA: 'SOCIALDATA_BUDGET_USD',
};

function exceeded(
  { provider, microUsd }: Reservation,
  told: {
    readonly what: 'this call' | 'this fetch';
    readonly budget: number;
    readonly spent: number;
    readonly retryAt: Date;
  },
): ProviderError {
  const { what, budget, spent, retryAt } = told;
  const variable = budgetVariables[provider];
  const day = toDay(retryAt.getTime());
  return new ProviderError({
    provider,
    code: 'BUDGET_EXCEEDED',
    message:
      `the month's budget is ${printUsd(budget)} USD, of which ${printUsd(spent)} are spent or ` +
      `reserved, and ${what} could cost ${printUsd(microUsd)}: ` +
      [
        ...(what === 'this fetch' ? ['set a lower limit'] : []),
        ...(variable ? [`raise ${variable}`] : []),
        `wait until ${day}`,
      ].join(', or '),
    remedy: 'NEXT',
    retryAt,
  });
}
