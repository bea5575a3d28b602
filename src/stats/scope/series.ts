import { builder } from '../../graphql/builder.ts';
import { Interval } from '../../graphql/inputs.ts';
import type { SeriesData } from '../../shared/series.ts';

const SeriesPoint = builder
  .objectRef<{ readonly start: number; readonly value: number | null }>('SeriesPoint')
  .implement({
    description: 'One bucket of a series.',
    fields: (t) => ({
      start: t.field({
        type: 'DateTime',
        description: 'The first instant of the bucket.',
        resolve: ({ start }) => new Date(start),
      }),
      value: t.exposeFloat('value', {
        nullable: true,
        description:
          'As in `values`: null where a mean or a level has nothing to stand on, or nothing is known.',
      }),
    }),
  });

export const Series = builder.objectRef<SeriesData>('Series').implement({
  description: 'Values over time, a bucket each.',
  fields: (t) => ({
    interval: t.field({
      type: Interval,
      description: 'The step from one start to the next.',
      resolve: (series) => series.interval,
    }),
    starts: t.field({
      type: ['DateTime'],
      description: 'Start of each bucket.',
      resolve: ({ starts }) => starts.map((start) => new Date(start)),
    }),
    values: t.field({
      type: ['Float'],
      nullable: { list: false, items: true },
      description:
        'One value per start; null where a mean or a level has nothing to stand on, or nothing is known. A sum over no posts is 0.',
      resolve: (series) => series.values,
    }),
    points: t.field({
      type: [SeriesPoint],
      description: 'The same, start and value side by side.',
      resolve: ({ starts, values }) =>
        starts.map((start, index) => ({ start, value: values[index] ?? null })),
    }),
  }),
});
