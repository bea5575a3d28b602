import { browserZone, parseZone } from '../search-params/zone.ts';

/** The offered windows, shortest first, each with its length. */
export const windows = [
  { value: 'PT1M', label: '1 min', name: 'minute', ms: 60_000 },
  { value: 'PT15M', label: '15 min', name: '15 minutes', ms: 900_000 },
  { value: 'PT1H', label: '1 h', name: 'hour', ms: 3_600_000 },
  { value: 'PT6H', label: '6 h', name: '6 hours', ms: 21_600_000 },
  { value: 'P1D', label: '1 d', name: 'day', ms: 86_400_000 },
  { value: 'P7D', label: '7 d', name: '7 days', ms: 604_800_000 },
] as const;
/** The length of a window, as the API takes it. */
export type WindowLength = (typeof windows)[number]['value'];
/** What can trend, as the API names it. */
export const trendKinds = ['HASHTAG', 'MENTION', 'WORD'] as const;
export type TrendKind = (typeof trendKinds)[number];
/** The platforms that posts come from, as the API names them. */
export const platforms = ['X'] as const;

/** The search of the Trending page as in its address; defaults are absent. */
export type TrendingSearch = {
  window?: string;
  order?: string;
  kind?: string;
  platform?: string;
  /** The first instant after the window; absent: now. */
  at?: string;
  /** The selected hashtag. */
  tag?: string;
  zone?: string;
};

/** The search with its defaults filled in. */
export type TrendingView = {
  readonly window: (typeof windows)[number];
  readonly order: 'BURST' | 'COUNT';
  readonly kind: TrendKind;
  readonly platform: (typeof platforms)[number] | null;
  readonly at: string | null;
  readonly tag: string | null;
  readonly zone: string;
};

/** Keeps the valid parts of an address, so that a bad link still works. */
export function parseTrendingSearch(raw: Readonly<Record<string, unknown>>): TrendingSearch {
  return printTrendingView(trendingView(raw));
}

/** Reads an address. */
export function trendingView(raw: Readonly<Record<string, unknown>>): TrendingView {
  const text = (name: keyof TrendingSearch) => (typeof raw[name] === 'string' ? raw[name] : '');
  const named = <Name extends string>(names: readonly Name[], name: keyof TrendingSearch) =>
    names.find((each) => each === text(name).toUpperCase());
  return {
    window: windowOf(text('window')) ?? windows[2],
    order: named(['BURST', 'COUNT'] as const, 'order') ?? 'BURST',
    kind: named(trendKinds, 'kind') ?? 'HASHTAG',
    platform: named(platforms, 'platform') ?? null,
    at: parseInstant(text('at')),
    tag: parseTag(text('tag')),
    zone: parseZone(text('zone')) ?? browserZone,
  };
}

/** Writes what `trendingView` reads, without defaults. */
export function printTrendingView(view: Partial<TrendingView>): TrendingSearch {
  const { window, order, kind, platform, at, tag, zone } = view;
  return {
    ...(window !== undefined && window.value !== 'PT1H' && { window: window.value }),
    ...(order === 'COUNT' && { order: 'count' }),
    ...(kind !== undefined && kind !== 'HASHTAG' && { kind: kind.toLowerCase() }),
    ...(platform != null && { platform: platform.toLowerCase() }),
    ...(at != null && { at: at.replace(/(:00)?\.000Z$/, 'Z') }),
    ...(tag != null && { tag }),
    ...(zone !== undefined && zone !== browserZone && { zone }),
  };
}

/** Returns the window of a length; null when it is not offered. */
export function windowOf(length: string): (typeof windows)[number] | null {
  return windows.find(({ value }) => value === length.toUpperCase()) ?? null;
}

/** Returns the shortest offered window that ends at one instant and contains another; null when none does. */
export function windowHolding(instant: number, endingAt: number): (typeof windows)[number] | null {
  return windows.find(({ ms }) => instant < endingAt && instant >= endingAt - ms) ?? null;
}

/** A hashtag in the API's form: without #, in lower case; null when the text cannot be one. */
export function parseTag(text: string): string | null {
  const tag = text.replace(/^[#＃]/u, '').toLowerCase();
  return /^[\p{L}\p{N}\p{M}_]{1,280}$/u.test(tag) ? tag : null;
}

function parseInstant(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text)) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
