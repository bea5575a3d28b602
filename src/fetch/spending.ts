import type { Sql, TransactionSql } from 'postgres';
import type { Cost, FetchProviderName } from '../providers/fetch-provider.ts';
import type { ProviderConfig } from '../providers/provider-config.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { dayMs, toDay } from '../shared/instant.ts';
import { ceilMonth, floorMonth } from '../shared/month.ts';
import { computeMicroUsd, printUsd, toMicroUsd } from '../shared/price.ts';

/** The most that a call can be charged. */
type Estimate = {
  readonly posts: number;
  readonly users: number;
  /** Whether the posts belong to one of the operator's own accounts. */
  readonly own: boolean;
};

/** Money reserved for one call, in the month in which the call began. */
export type Reservation = {
  readonly provider: FetchProviderName;
  /** First day of the month (UTC). */
  readonly month: string;
  readonly microUsd: number;
};

/**
 * Keeps each provider within its monthly budget (UTC). The price of a call is reserved before the call, and replaced by
 * the price of what was delivered after it. When a process dies in between, the reservation stays: too much is booked
 * rather than too little.
 */
export type Spending = {
  /** Reserves the price; throws BUDGET_EXCEEDED when the budget does not allow it. Safe for any number of processes. */
  reserve(provider: FetchProviderName, estimate: Estimate): Promise<Reservation>;
  /** How many posts the rest of the budget can pay; infinite without a budget or a price. */
  affordable(provider: FetchProviderName, own: boolean): Promise<number>;
  /** Returns the error for a fetch that would exceed the budget. */
  exceeded(provider: FetchProviderName, estimate: Estimate): Promise<ProviderError>;
  /**
   * Replaces the reservation by what was delivered, even when it is more; null: the call failed and cost nothing.
   * `own`: whether all posts belong to the operator's own accounts, or the ids of those that do.
   */
  settle(reservation: Reservation, cost: Cost | null, own: boolean | ReadonlySet<string>): Promise<void>;
  /** Deletes the records of posts that were charged before yesterday. */
  prune(): Promise<void>;
  /** Whether the handle is one of the operator's own accounts, whose posts are cheaper. */
  isOwn(handle: string): boolean;
};

/** Returns what each provider was paid in the current month (UTC), including reservations, in US dollars. */
export async function spentUsd(sql: Sql, now: number): Promise<Map<FetchProviderName, number>> {
  const rows = await sql<{ provider: FetchProviderName; usd: number }[]>`
    select provider, usd::float8 from spending where month = ${monthOf(now)}`;
  return new Map(rows.map(({ provider, usd }) => [provider, usd]));
}

/** Opens the accounts of all providers, in tables that all processes share. */
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

/** Returns false when the bound would be exceeded. A single statement: concurrent calls queue at the month's row. */
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

/**
 * Records the posts as charged today and returns those that were not charged yet. Sorted, so that two calls cannot
 * deadlock.
 */
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
  facts: {
    readonly what: 'this call' | 'this fetch';
    readonly budget: number;
    readonly spent: number;
    readonly retryAt: Date;
  },
): ProviderError {
  const { what, budget, spent, retryAt } = facts;
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
