import { hourMs } from '../../shared/instant.ts';
import { burstOf, type Exposure, expectedOf } from './burst.ts';
import { shareOf, type HourTotal, type Stretch } from './profile.ts';

/** The figures of a term: its window, its past, and the same hours of earlier weeks. */
export type TermFigures = {
  readonly term: string;
  readonly posts: number;
  readonly authorHours: number;
  readonly authors: number;
  readonly pastPosts: number;
  readonly pastAuthorHours: number;
  readonly samePosts: number;
  readonly sameAuthorHours: number;
};

/** A term in a window, with how far it is above the expected. */
export type Trend = {
  readonly term: string;
  /** Posts, each once. */
  readonly count: number;
  /** Distinct authors. */
  readonly authors: number;
  /** Posts expected in a window of this length at these hours. */
  readonly expected: number;
  /** Standard scores above the expected. */
  readonly burst: number;
};

/** Returns how much of the past a window is worth. `sameHours`: the windows of earlier weeks that were read. */
export function exposureOf(
  totals: readonly HourTotal[],
  times: { readonly past: Stretch; readonly window: Stretch; readonly sameHours: readonly Stretch[] },
): Exposure {
  const first = totals.reduce((least, { hour }) => Math.min(least, hour * hourMs), Number.POSITIVE_INFINITY);
  return {
    share: shareOf(totals, times.past, times.window),
    weeks: times.sameHours.filter(({ to }) => to > first).length,
  };
}

/** Compares the figures of a term with its past. */
export function toTrend(figures: TermFigures, exposure: Exposure): Trend {
  const { term, posts, authorHours, authors, pastPosts, pastAuthorHours, samePosts, sameAuthorHours } =
    figures;
  return {
    term,
    count: posts,
    authors,
    expected: expectedOf(pastPosts, samePosts, exposure),
    burst: burstOf(
      { posts, authorHours, authors },
      {
        before: { posts: pastPosts, authorHours: pastAuthorHours },
        sameHours: { posts: samePosts, authorHours: sameAuthorHours },
      },
      exposure,
    ),
  };
}

/** Returns the terms above the expected, highest first; ties by posts, then by code point. */
export function rankByBurst(trends: readonly Trend[]): readonly Trend[] {
  return trends
    .filter(({ burst }) => burst > 0)
    .sort(
      (a, b) =>
        b.burst - a.burst || b.count - a.count || Buffer.compare(Buffer.from(a.term), Buffer.from(b.term)),
    );
}
