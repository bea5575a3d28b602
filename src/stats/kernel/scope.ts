import { minuteMs, quarterMs } from '../../shared/instant.ts';
import { daysIn } from '../../shared/day-range.ts';
import type { Range } from '../../shared/range.ts';
import type { BucketBudget } from './buckets.ts';

/** Whose posts a stat is over, in which range, by which clocks: made once at the edge, trusted below it. */
export type StatsScope = {
  readonly streamId: number;
  /** The range as asked for. */
  readonly range: Range;
  readonly zone: string;
  readonly now: Date;
  /** The part of the range that can hold posts, from inclusive, to exclusive; null when none can. */
  readonly span: Span | null;
  /** The days of it that can hold posts of which only the day is known, by their starts; null when none can. */
  readonly days: Span | null;
  /** Whether the range holds all posts of the stream, so that totals over all time serve. */
  readonly complete: boolean;
  /** What the estimate of impressions multiplies likes + reposts by: the stream's own, over all its posts. */
  readonly impressionsPerReaction: number;
  /** Whether `activity_minutes` has all of its messages. */
  readonly keepsMinutes: boolean;
  readonly budget: BucketBudget;
  /** The same object for all scopes of one request: they are read together. */
  readonly request: object;
};

export type Span = { readonly from: number; readonly to: number };

/** What a scope needs to know of its stream. */
export type ScopeStream = {
  readonly streamId: number;
  readonly impressionsPerReaction: number;
  readonly keepsMinutes: boolean;
  readonly earliestPostAt: Date | null;
  readonly latestPostAt: Date | null;
};

/** The scope of a stream in a range that was parsed. */
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

/** The part of a span that lies in a range; null when none does. */
export function intersect(span: Span, range: Range): Span | null {
  const from = Math.max(span.from, range.from ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(span.to, range.to ?? Number.POSITIVE_INFINITY);
  return from < to ? { from, to } : null;
}

/** A span as whole steps that a rollup holds, and the ragged ends that must be read from the posts. */
type Pieces = { readonly whole: Span | null; readonly ragged: readonly Span[] };

/** Cuts a span at the rollup's steps, given the first step at or after, and the last at or before, an instant. */
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
 * A span of the scope up to whole steps of a rollup, as far as the range has them: before the first post and after the last one there is
 * nothing that would have to be left out. A chat that goes on would be read message by message since its last quarter-hour.
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

/** The start of the quarter-hour in which an instant lies. */
export const floorQuarter = (at: number) => Math.floor(at / quarterMs) * quarterMs;
/** The start of the first quarter-hour that begins at an instant or after it. */
export const ceilQuarter = (at: number) => Math.ceil(at / quarterMs) * quarterMs;

/** The start of the minute in which an instant lies. */
export const floorMinute = (at: number) => Math.floor(at / minuteMs) * minuteMs;
/** The start of the first minute that begins at an instant or after it. */
export const ceilMinute = (at: number) => Math.ceil(at / minuteMs) * minuteMs;
