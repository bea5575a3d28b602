import { foldTrends } from '../ingest/folding/fold.ts';
import { BadInputError } from '../shared/errors.ts';
import { minuteMs, toIso } from '../shared/instant.ts';
import { parseFirst } from '../shared/page.ts';
import { type TrendKind, trendKinds } from '../shared/trend.ts';
import type { OpenStore } from '../store.ts';
import type { Trend } from '../trends/trending/compute.ts';
import { parseWindow } from '../trends/trending/window.ts';
import { readStatus } from '../trends/trending/status.ts';
import { findWindow, type TrendingWindow } from '../trends/trending/windows.ts';
import { clip, count, countOf, type Environment, type Output, print, table } from './output.ts';
import { withStore } from './with-store.ts';

type TrendingOptions = Output & {
  /** Minutes. */
  readonly window: number;
  readonly k: number;
  readonly order: string;
  readonly kind: string;
  readonly endingAt?: number;
  readonly sync?: boolean;
  readonly syncMinutes: number;
};

/** How many windows a sparkline shows. */
const sparkWindows = 12;
const longestTerm = 40;
const longestSyncMinutes = 120 * 24 * 60;

/** Shows the trends of a window over all streams. */
export async function trending(environment: Environment, options: TrendingOptions): Promise<void> {
  const asked = {
    scope: { kind: kindOf(options.kind), platform: null, streamIds: null },
    windowMs: parseWindow(options.window * minuteMs),
    endingAt: options.endingAt ?? null,
    order: orderOf(options.order),
    first: parseFirst(options.k, '--k'),
    withPast: true,
  } as const;
  const syncMs = parseMinutes(options.syncMinutes) * minuteMs;
  const shown = await withStore(environment, async (store) => {
    if (options.sync) await foldLast(store, syncMs);
    const context = { db: store.db, now: new Date(), services: {} as never }; // safe: a command shares windows with nobody
    const window = await findWindow(context, asked);
    const spark = await window.recent(sparkWindows);
    return describe(window, window.trends.slice(0, asked.first), await window.previousRanks(), spark);
  });
  print(options, shown.value, shown.lines);
}

/** Shows whether trends are folded, and the time of the newest post. */
export async function trendingStatus(
  environment: Environment,
  options: Output & { readonly window: number },
): Promise<void> {
  const windowMs = parseWindow(options.window * minuteMs);
  const status = await withStore(environment, ({ db }) => {
    const to = Math.floor(Date.now() / 1_000) * 1_000;
    return readStatus(db, { from: to - windowMs, to });
  });
  const { window, hashtags, buckets, newestPostAt, foldedFrom, unfoldedHours, unfoldedInWindow } = status;
  const value = {
    from: toIso(window.from),
    to: toIso(window.to),
    windowMinutes: options.window,
    hashtags,
    buckets,
    newestPostAt,
    foldedFrom,
    unfoldedHours,
    unfoldedInWindow,
  };
  print(
    options,
    value,
    table([
      ['window', `${value.from} to ${value.to}`],
      ['hashtags', count(hashtags)],
      ['buckets', count(buckets)],
      ['newest post', newestPostAt?.toISOString() ?? 'none'],
      ['folded from', foldedFrom.toISOString()],
      ['not folded', `${countOf(unfoldedHours, 'hour')}, ${count(unfoldedInWindow)} of them in the window`],
    ]),
  );
}

/** Folds the changes of the last so many milliseconds, as the job process does a little later. */
async function foldLast({ db }: Pick<OpenStore, 'db'>, ms: number): Promise<void> {
  const now = Date.now();
  const options = { now, quietMs: 0, hoursAtOnce: 48, from: now - ms };
  while ((await foldTrends(db.sql, options)).more);
}

function describe(
  window: TrendingWindow,
  trends: readonly Trend[],
  previous: ReadonlyMap<string, number>,
  spark: ReadonlyMap<string, readonly number[]>,
) {
  const { from, to } = window.stretch;
  const shown = trends.map((trend, at) => ({
    rank: at + 1,
    previousRank: previous.get(trend.term) ?? null,
    ...trend,
    recent: spark.get(trend.term) ?? [],
  }));
  const value = { from: toIso(from), to: toIso(to), totalCount: window.total, trends: shown };
  const heads = ['', 'before', window.kind.toLowerCase(), 'posts', 'authors', 'expected', 'burst', 'recent'];
  const rows = shown.map((one) => [
    String(one.rank),
    one.previousRank === null ? 'new' : String(one.previousRank),
    clip(one.term, longestTerm),
    count(one.count),
    count(one.authors),
    one.expected.toFixed(one.expected < 10 ? 1 : 0),
    one.burst.toFixed(1),
    sparkline(one.recent),
  ]);
  const title = `${value.from} to ${value.to}, ${countOf(window.total, window.kind.toLowerCase())}`;
  const lines =
    rows.length === 0
      ? [title, 'nothing trends in this window']
      : [title, ...table([heads, ...rows], [0, 1, 3, 4, 5, 6])];
  return { value, lines };
}

const bars = '▁▂▃▄▅▆▇█';

/** Draws figures as bars, relative to the highest; a dot for zero. */
export function sparkline(figures: readonly number[]): string {
  const most = Math.max(...figures, 1);
  return figures
    .map((figure) => (figure === 0 ? '·' : (bars[Math.ceil((figure / most) * bars.length) - 1] ?? '')))
    .join('');
}

function kindOf(text: string): TrendKind {
  const kind = trendKinds.find((name) => name === text.toUpperCase());
  if (kind === undefined)
    throw new BadInputError(`Not a kind: ${text.slice(0, 60)}. Expected hashtag, mention or word`);
  return kind;
}

function orderOf(text: string): 'COUNT' | 'BURST' {
  const order = (['COUNT', 'BURST'] as const).find((name) => name === text.toUpperCase());
  if (order === undefined)
    throw new BadInputError(`Not an order: ${text.slice(0, 60)}. Expected count or burst`);
  return order;
}

function parseMinutes(minutes: number): number {
  if (minutes >= 1 && minutes <= longestSyncMinutes) return minutes;
  throw new BadInputError(`Invalid --sync-minutes: ${minutes} asked, 1 to ${longestSyncMinutes} allowed`);
}
