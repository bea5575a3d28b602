import { LRUCache } from 'lru-cache';
import type { Database } from '../../db/client.ts';
import type { Context } from '../../graphql/context.ts';
import type { Trend } from './compute.ts';
import type { Stretch } from './profile.ts';
import { measureTrends } from './measure.ts';
import { countRecent } from './recent.ts';
import { findRanks, type Ranking, rankWindow, type TrendOrder } from './rank.ts';
import type { TrendScope } from './uses.ts';
import { earlier, keepMsOf } from './window.ts';

declare module '../../graphql/context.ts' {
  interface Services {
    /** The longest time that a window that ends now may be served, in milliseconds. */
    readonly trending?: { readonly ttlMs: number };
  }
}

/** The parameters of a window. */
export type AskedWindow = {
  readonly scope: TrendScope;
  readonly windowMs: number;
  /** Milliseconds since 1970; null: now. */
  readonly endingAt: number | null;
  readonly order: TrendOrder;
  readonly first: number;
  readonly withPast: boolean;
};

/** A window, and further figures of its terms. Each figure is read once for all callers. */
export class TrendingWindow {
  readonly stretch: Stretch;
  readonly total: number;
  readonly trends: readonly Trend[];
  readonly #db: Database;
  readonly #asked: AskedWindow;
  readonly #more = new Map<string, Promise<unknown>>();

  constructor(db: Database, asked: AskedWindow, stretch: Stretch, { total, trends }: Ranking) {
    this.#db = db;
    this.#asked = asked;
    this.stretch = stretch;
    this.total = total;
    this.trends = trends;
  }

  get kind() {
    return this.#asked.scope.kind;
  }

  /** Returns the ranks of these terms in the window before. */
  previousRanks(): Promise<ReadonlyMap<string, number>> {
    const { scope, order } = this.#asked;
    const window = earlier(this.stretch, 1);
    return this.#memoize('ranks', () => findRanks(this.#db, { scope, window, order }, this.#terms()));
  }

  /** Returns the posts of each term in `windows` windows of this length; this one is the last. */
  recent(windows: number): Promise<ReadonlyMap<string, readonly number[]>> {
    const before = Array.from({ length: windows - 1 }, (_, at) => earlier(this.stretch, windows - 1 - at));
    return this.#memoize(`recent ${windows}`, async () => {
      const counts =
        before.length === 0 ? null : await countRecent(this.#db, this.#asked.scope, before, this.#terms());
      // The count of this window stays, even when posts have arrived since.
      return new Map(this.trends.map(({ term, count }) => [term, [...(counts?.get(term) ?? []), count]]));
    });
  }

  #terms(): readonly string[] {
    return this.trends.map(({ term }) => term);
  }

  #memoize<Value>(name: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#more.get(name) as Promise<Value> | undefined; // safe: each name has one type
    if (known !== undefined) return known;
    const asked = read();
    this.#more.set(name, asked);
    asked.catch(() => this.#more.delete(name));
    return asked;
  }
}

type Kept = { readonly window: Promise<TrendingWindow>; readonly madeAt: number; readonly version: number };
/** The most windows that a process caches: they are small. */
const maxKept = 500;
const keptBy = new WeakMap<Database, LRUCache<string, Kept>>();

/** Windows are read with these numbers of terms, so that requests for 5, 7 or 10 share a window. */
const lengths = [10, 50, 200];

/**
 * Returns a window, in one statement. Callers with the same parameters share an object while no stream has changed,
 * for at most `maxAgeMs` when it ends now. A process that does not follow the versions of streams shares nothing.
 */
export function findWindow(
  { db, now, services }: Pick<Context, 'db' | 'now' | 'services'>,
  asked: AskedWindow,
  maxAgeMs: number = keptMs(services, asked),
): Promise<TrendingWindow> {
  const length = lengths.find((most) => most >= asked.first) ?? asked.first;
  const shared = { ...asked, first: length };
  const { versions } = services;
  if (versions === undefined || !versions.isCurrent()) return readNow(db, shared, now);
  const key = JSON.stringify(shared);
  const version = versions.fingerprint();
  const kept = keptBy.get(db) ?? new LRUCache<string, Kept>({ max: maxKept });
  keptBy.set(db, kept);
  const known = kept.get(key);
  if (known?.version === version && (asked.endingAt !== null || now.getTime() - known.madeAt < maxAgeMs))
    return known.window;
  const window = readNow(db, shared, now);
  kept.set(key, { window, madeAt: now.getTime(), version });
  window.catch(() => kept.delete(key));
  return window;
}

/** Returns a hashtag in a window of all streams, ranked by COUNT; null when nobody uses it there. Two statements. */
export async function findTrend(
  { db, now }: Pick<Context, 'db' | 'now'>,
  tag: string,
  asked: Pick<AskedWindow, 'windowMs' | 'endingAt'>,
): Promise<{ readonly trend: Trend; readonly rank: number; readonly window: TrendingWindow } | null> {
  const scope: TrendScope = { kind: 'HASHTAG', platform: null, streamIds: null };
  const stretch = stretchOf(asked, now);
  const [trends, ranks] = await Promise.all([
    measureTrends(db, scope, stretch, [tag]),
    findRanks(db, { scope, window: stretch, order: 'COUNT' }, [tag]),
  ]);
  const [rank, trend] = [ranks.get(tag), trends[0]];
  if (rank === undefined || trend === undefined || trend.count === 0) return null;
  const whole: AskedWindow = { ...asked, scope, order: 'COUNT', first: 1, withPast: true };
  return { trend, rank, window: new TrendingWindow(db, whole, stretch, { total: rank, trends }) };
}

/** Returns how long an answer about a window may be cached, in milliseconds; infinite for a window with a fixed end. */
export const keptMs = (
  services: Context['services'],
  { endingAt, windowMs }: Pick<AskedWindow, 'endingAt' | 'windowMs'>,
): number =>
  endingAt === null ? keepMsOf(windowMs, services.trending?.ttlMs ?? 60_000) : Number.POSITIVE_INFINITY;

function stretchOf({ endingAt, windowMs }: Pick<AskedWindow, 'endingAt' | 'windowMs'>, now: Date): Stretch {
  const to = endingAt ?? Math.floor(now.getTime() / 1_000) * 1_000;
  return { from: to - windowMs, to };
}

async function readNow(db: Database, asked: AskedWindow, now: Date): Promise<TrendingWindow> {
  const stretch = stretchOf(asked, now);
  return new TrendingWindow(db, asked, stretch, await rankWindow(db, { ...asked, window: stretch }));
}
