import { minuteMs, quarterMs } from '../../shared/instant.ts';
import { daysIn } from '../../shared/day-range.ts';
import type { Range } from '../../shared/range.ts';
import type { BucketBudget } from './buckets.ts';

/** The stream, range and zone of a stat. Validated once at the edge, trusted below it. */
export type StatsScope = {
  readonly streamId: number;
  /** The requested range. */
  readonly range: Range;
  readonly zone: string;
  readonly now: Date;
  /** The part of the range that can contain posts, from inclusive, to exclusive; null when there is none. */
  readonly span: Span | null;
  /**
   * The days of the range that can contain posts of which only the day is known, by their starts; null when there are
   * none.
   */
  readonly days: Span | null;
  /** Whether the range contains all posts of the stream, so that all-time totals can be used. */
  readonly complete: boolean;
  /** The factor that estimates impressions from likes + reposts: the stream's own, over all its posts. */
  readonly impressionsPerReaction: number;
  /** Whether `activity_minutes` has all of its messages. */
  readonly keepsMinutes: boolean;
  readonly budget: BucketBudget;
  /** The same object for all scopes of one request, which are read together. */
  readonly request: object;
};

export type Span = { readonly from: number; readonly to: number };

/** The fields of a stream that a scope needs. */
export type ScopeStream = {
  readonly streamId: number;
  readonly impressionsPerReaction: number;
  readonly keepsMinutes: boolean;
  readonly earliestPostAt: Date | null;
  readonly latestPostAt: Date | null;
};

/** Creates the scope of a stream for a validated range. */
export function createScope(
  stream: ScopeStream,
  range: Range,
  zone: string,
  { now, budget, request }: Pick<StatsScope, 'now' | 'budget' | 'request'>,
): StatsScope {
  const collected = collectedSpan(stream);
  const inDays = daysIn(zone, range);
  const span = collected && intersect(collected, range);
  const days = collected && intersect(collected, inDays);
  const complete = collected !== null && holds(range, collected) && holds(inDays, collected);
  const { streamId, impressionsPerReaction, keepsMinutes } = stream;
  return {
    streamId,
    impressionsPerReaction,
    keepsMinutes,
    range,
    zone,
    now,
    span,
    days,
    complete,
    budget,
    request,
  };
}

const holds = ({ from, to }: Range, span: Span): boolean =>
  (from === null || from <= span.from) && (to === null || to >= span.to);

function collectedSpan(stream: ScopeStream): Span | null {
  if (stream.earliestPostAt === null || stream.latestPostAt === null) return null;
  return { from: stream.earliestPostAt.getTime(), to: stream.latestPostAt.getTime() + 1 };
}

/** The intersection of a span and a range; null when it is empty. */
export function intersect(span: Span, range: Range): Span | null {
  const from = Math.max(span.from, range.from ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(span.to, range.to ?? Number.POSITIVE_INFINITY);
  return from < to ? { from, to } : null;
}

/** A span as whole steps of a rollup, and the partial ends that must be read from the posts. */
export type Pieces = { readonly whole: Span | null; readonly ragged: readonly Span[] };

/**
 * Cuts a span at a rollup's steps. `ceil` gives the first step at or after an instant, `floor` the last at or before
 * it.
 */
export function cutAt(span: Span, ceil: (at: number) => number, floor: (at: number) => number): Pieces {
  const [from, to] = [ceil(span.from), floor(span.to)];
  if (from >= to) return { whole: null, ragged: [span] };
  const ends = [
    { from: span.from, to: from },
    { from: to, to: span.to },
  ];
  return { whole: { from, to }, ragged: ends.filter((end) => end.from < end.to) };
}

/**
 * Widens a span of the scope to whole steps of a rollup, within the range: before the first post and after the last one
 * there is nothing to exclude. Otherwise a live chat would be read message by message since its last quarter-hour.
 */
export function widen(
  span: Span,
  { from, to }: Range,
  floor: (at: number) => number,
  ceil: (at: number) => number,
): Span {
  const [first, last] = [floor(span.from), ceil(span.to)];
  return {
    from: from === null || from <= first ? first : span.from,
    to: to === null || to >= last ? last : span.to,
  };
}

/** The start of an instant's quarter-hour. */
export const floorQuarter = (at: number) => Math.floor(at / quarterMs) * quarterMs;
/** The first start of a quarter-hour at or after an instant. */
export const ceilQuarter = (at: number) => Math.ceil(at / quarterMs) * quarterMs;

/** The start of an instant's minute. */
export const floorMinute = (at: number) => Math.floor(at / minuteMs) * minuteMs;
/** The first start of a minute at or after an instant. */
export const ceilMinute = (at: number) => Math.ceil(at / minuteMs) * minuteMs;
