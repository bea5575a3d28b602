import { builder } from '../../graphql/builder.ts';
import { readStatus, type TrendingStatus as Status } from './status.ts';
import { parseWindow, windowRule } from './window.ts';

const TrendingStatus = builder.objectRef<Status>('TrendingStatus').implement({
  description: 'The state of the trending counts.',
  fields: (t) => ({
    window: t.field({
      type: 'Duration',
      description: 'The window, which ends now.',
      resolve: ({ window }) => window.to - window.from,
    }),
    hashtags: t.field({
      type: 'SafeInt',
      description: 'Distinct hashtags in the window.',
      resolve: ({ hashtags }) => hashtags,
    }),
    buckets: t.field({
      type: 'SafeInt',
      description: 'Rows of packed counts, which windows are summed from.',
      resolve: ({ buckets }) => buckets,
    }),
    newestPostAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the newest post was posted; null without posts.',
      resolve: ({ newestPostAt }) => newestPostAt,
    }),
    foldedFrom: t.field({
      type: 'DateTime',
      description:
        'Hashtags and mentions are folded since this instant. Older windows are counted from the posts.',
      resolve: ({ foldedFrom }) => foldedFrom,
    }),
    unfoldedHours: t.field({
      type: 'SafeInt',
      description:
        'Hours whose posts changed since they were folded. Windows with such hours are correct, but take longer.',
      resolve: ({ unfoldedHours }) => unfoldedHours,
    }),
  }),
});

builder.queryField('trendingStatus', (t) =>
  t.field({
    type: TrendingStatus,
    description: 'The state of the trending counts of all streams.',
    args: {
      window: t.arg({
        type: 'Duration',
        required: true,
        defaultValue: 3_600_000,
        description: `The length of the window, ${windowRule}.`,
      }),
    },
    complexity: 20,
    resolve: (_root, { window }, { db, now }) => {
      const to = Math.floor(now.getTime() / 1_000) * 1_000;
      return readStatus(db, { from: to - parseWindow(window), to });
    },
  }),
);
