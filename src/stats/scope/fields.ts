import { Stream } from '../../entities/stream/fields.ts';
import { builder } from '../../graphql/builder.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { parseRange } from '../../shared/range.ts';
import { createScope, type StatsScope } from './scope.ts';

/** What every stat attaches itself to. */
export const Stats = builder.objectRef<StatsScope & { readonly stream: Parameters<typeof createScope>[0] }>(
  'Stats',
);

Stats.implement({
  description: [
    "Every number is over the stream's own posts in the range: an account's posts, a topic's matches, a channel's",
    "messages. A repost of somebody else's post counts as a post, and adds neither engagement, sentiment nor terms",
    "(but REPOSTED): those are the other's. Days, hours, weeks, months and years are those of the time zone, across",
    'its DST changes.',
  ].join('\n'),
  fields: (t) => ({
    from: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The start of the range as asked for, inclusive; null where it is open.',
      resolve: (scope) => (scope.range.from === null ? null : new Date(scope.range.from)),
    }),
    to: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'The end of the range as asked for, exclusive; null where it is open.',
      resolve: (scope) => (scope.range.to === null ? null : new Date(scope.range.to)),
    }),
    timeZone: t.field({
      type: 'TimeZone',
      description: 'Whose clocks and calendar the buckets are by.',
      resolve: (scope) => scope.zone,
    }),
    computedAt: t.field({
      type: 'DateTime',
      description: 'When these numbers were computed.',
      resolve: (scope) => scope.now,
    }),
  }),
});

builder.objectField(Stats, 'previous', (t) =>
  t.field({
    type: Stats,
    nullable: true,
    description: 'The same over the range of the same length just before; null without a from.',
    resolve: (scope) => {
      const { from } = scope.range;
      if (from === null) return null;
      const to = scope.range.to ?? scope.now.getTime();
      const range = { from: from - Math.max(to - from, 0), to: from };
      return { ...createScope(scope.stream, range, scope.zone, scope.now), stream: scope.stream };
    },
  }),
);

builder.interfaceField(Stream, 'stats', (t) =>
  t.field({
    type: Stats,
    description: 'Numbers over the posts of this stream. Without a range: everything collected.',
    args: {
      range: t.arg({ type: TimeRange, description: 'Which posts, by when they were posted.' }),
      timeZone: t.arg({
        type: 'TimeZone',
        required: true,
        defaultValue: 'UTC',
        description: 'Whose days, weeks and hours.',
      }),
    },
    resolve: (stream, { range, timeZone }, { now }) => ({
      ...createScope(stream, parseRange(range), timeZone, now),
      stream,
    }),
  }),
);
