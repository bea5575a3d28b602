import { builder } from '../../graphql/builder.ts';
import { readStatus, type TrendingStatus as Status } from './status.ts';
import { parseWindow, windowRule } from './window.ts';

const TrendingStatus = builder.objectRef<Status>('TrendingStatus').implement({
  description: 'How trending stands.',
  fields: (t) => ({
    window: t.field({
      type: 'Duration',
      description: 'The window that was looked at, which ends now.',
      resolve: ({ window }) => window.to - window.from,
    }),
    hashtags: t.field({
      type: 'SafeInt',
      description: 'Distinct hashtags in the window.',
      resolve: ({ hashtags }) => hashtags,
    }),
    buckets: t.field({
      type: 'SafeInt',
      description: 'Packed rows of counts that windows are added up from.',
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
      description: 'Since when hashtags and mentions are folded: older windows are counted from the posts.',
      resolve: ({ foldedFrom }) => foldedFrom,
    }),
    unfoldedHours: t.field({
      type: 'SafeInt',
      description:
        'Hours whose posts changed since they were folded. Windows that hold them are right, and take longer.',
      resolve: ({ unfoldedHours }) => unfoldedHours,
    }),
  }),
});

builder.queryField('trendingStatus', (t) =>
  t.field({
    type: TrendingStatus,
    description: 'How trending stands, of all streams.',
    args: {
      window: t.arg({
        type: 'Duration',
        required: true,
        defaultValue: 3_600_000,
        description: `The window that is looked at, ${windowRule}.`,
      }),
    },
    complexity: 20,
    resolve: (_root, { window }, { db, now }) => {
      const to = Math.floor(now.getTime() / 1_000) * 1_000;
      return readStatus(db, { from: to - parseWindow(window), to });
    },
  }),
);
