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
    "Numbers over the stream's own posts in the range: the posts of an account, the matches of a topic, the messages of a",
    "channel. A repost of somebody else's post counts as a post. It adds no engagement and no sentiment, and of terms only",
    'REPOSTED, because the rest belongs to the original author. Days, hours, weeks, months and years are those of the time',
    'zone, with its DST changes. A post without a known time of day counts on its day in every zone; the range includes it',
    'when it includes the start of that day.',
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
      'The same stats over the previous range, by the calendar of the time zone. Null when the range has no `from`. A range without ' +
      '`to` ends now: its previous range has the same length, or the same dates a year earlier.',
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
    description: 'Numbers over the posts of this stream.',
    args: {
      range: t.arg({
        type: TimeRange,
        description: 'Only posts that were posted in this range. Default: everything that was collected.',
      }),
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
