import { Stream } from '../../entities/stream/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import {
  lengthBefore,
  type PreviousBasis as PreviousBasisName,
  previousBases,
  previousRange,
} from '../../shared/previous.ts';
import { parseRange, type Range } from '../../shared/range.ts';
import { bucketBudget } from './buckets.ts';
import { createScope, type ScopeStream, type StatsScope } from './scope.ts';

/** A scope, and its stream. */
export type StatsData = StatsScope & { readonly stream: ScopeStream };

/** The type that every stat extends. */
export const Stats = builder.objectRef<StatsData>('Stats');

const scopesByText = (): Map<string, StatsData> => new Map();

/**
 * The request's only scope of a stream, range and zone: its data is read once, even for two aliases or a hundred posts.
 * A list of streams is read in one statement, with work for each stream; each stat's complexity of 10 accounts for
 * that.
 */
export function scopeOf(context: Context, stream: ScopeStream, range: Range, zone: string): StatsData {
  context.reads.stream(stream.streamId);
  const scopes = loaderOf(context, scopesByText);
  const text = [stream.streamId, range.from, range.to, zone].join(' ');
  const known = scopes.get(text);
  if (known !== undefined) return known;
  const common = { now: context.now, budget: loaderOf(context, bucketBudget), request: context };
  const scope = { ...createScope(stream, range, zone, common), stream };
  scopes.set(text, scope);
  return scope;
}

Stats.implement({
  description: [
    "Every number is over the stream's own posts in the range: an account's posts, a topic's matches. A repost of",
    "somebody else's post counts as a post, and adds neither engagement, sentiment nor terms (but REPOSTED): those",
    "are the other's. Days, hours, weeks, months and years are those of the time zone, across its DST changes. A post of",
    'which only the day is known counts on that day in every zone: in a range when the start of the day is.',
  ].join('\n'),
  fields: (t) => ({
    from: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The start of the range as asked for, inclusive; null when it is open.',
      resolve: (scope) => (scope.range.from === null ? null : new Date(scope.range.from)),
    }),
    to: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The end of the range as asked for, exclusive; null when it is open.',
      resolve: (scope) => (scope.range.to === null ? null : new Date(scope.range.to)),
    }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'The time zone of days, weeks, months and hours.',
      resolve: (scope) => scope.zone,
    }),
    computedAt: t.field({
      type: 'DateTime',
      description: 'When these numbers were computed.',
      resolve: (scope) => scope.now,
    }),
  }),
});

const PreviousBasis = builder.enumType('PreviousBasis', {
  description: 'What a range is compared with.',
  values: previousBases,
});

/** For an open range, the previous range moves with the clock. */
const openRangeMs = 60_000;

/** The scope of the previous range; null when the range has no `from`. */
export function previousScope(
  { stream, zone, now, range: { from, to } }: StatsData,
  by: PreviousBasisName,
  context: Context,
): StatsData | null {
  if (from === null) return null;
  if (to !== null) return scopeOf(context, stream, previousRange(zone, { from, to }, by), zone);
  context.reads.keep(openRangeMs);
  const untilNow = { from, to: Math.max(now.getTime(), from) };
  const range = by === 'PERIOD' ? lengthBefore(untilNow) : previousRange(zone, untilNow, by);
  return scopeOf(context, stream, range, zone);
}

builder.objectField(Stats, 'previous', (t) =>
  t.field({
    type: Stats,
    nullable: true,
    description:
      'The same over the range before, by the calendar of the time zone. Null without a from. A range without a to ends now: ' +
      'it is compared with the range of the same length, or with the same dates a year earlier.',
    args: {
      by: t.arg({
        type: PreviousBasis,
        required: true,
        defaultValue: 'PERIOD',
        description: 'The range just before, or the same dates a year earlier.',
      }),
    },
    resolve: (scope, { by }, context) => previousScope(scope, by, context),
  }),
);

builder.interfaceField(Stream, 'stats', (t) =>
  t.field({
    type: Stats,
    description: 'Numbers over the posts of this stream; without a range, over all that was collected.',
    args: {
      range: t.arg({ type: TimeRange, description: 'Only posts that were posted in this range.' }),
      timeZone: t.arg({
        type: 'TimeZone',
        required: true,
        defaultValue: 'UTC',
        description: 'The time zone of days, weeks, months and hours.',
      }),
    },
    resolve: (stream, { range, timeZone }, context) => scopeOf(context, stream, parseRange(range), timeZone),
  }),
);
