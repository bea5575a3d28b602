import { builder } from '../../graphql/builder.ts';
import { metricOf } from '../../shared/sums.ts';
import { ratioDescription } from '../../shared/metrics.ts';
import { Stats } from '../kernel/fields.ts';
import { engagementPerPost, estimatedShare, percentile } from './compute.ts';
import { loadTotals, median, p90, type TotalsSource } from './loader.ts';

const known = 'Sum over the posts whose figure is known; null when it is known of none.';

const Totals = builder.objectRef<TotalsSource>('Totals').implement({
  description: 'Counts and sums over all posts of the range. Reposts are in the counts, not in the sums.',
  fields: (t) => ({
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts of every kind.',
      resolve: ({ sums }) => sums.posts,
    }),
    originals: t.field({
      type: 'SafeInt',
      description: 'Posts that are no reply, no repost and no quote.',
      resolve: ({ sums }) => sums.originals,
    }),
    replies: t.field({
      type: 'SafeInt',
      description: 'Posts that reply to another.',
      resolve: ({ sums }) => sums.replied,
    }),
    reposts: t.field({
      type: 'SafeInt',
      description: "Reposts of somebody else's post.",
      resolve: ({ sums }) => sums.reposted,
    }),
    quotes: t.field({
      type: 'SafeInt',
      description: 'Posts that quote another.',
      resolve: ({ sums }) => sums.quoted,
    }),
    authors: t.field({
      type: 'SafeInt',
      description: 'Distinct authors.',
      resolve: ({ authors }) => authors(),
    }),
    activeDays: t.field({
      type: 'SafeInt',
      description: 'Days with at least one post.',
      resolve: ({ activeDays }) => activeDays(),
    }),
    likesReceived: t.field({
      type: 'SafeInt',
      nullable: true,
      description: `Likes. ${known}`,
      resolve: ({ sums }) => sums.likes,
    }),
    repostsReceived: t.field({
      type: 'SafeInt',
      nullable: true,
      description: `Reposts by others. ${known}`,
      resolve: ({ sums }) => sums.reposts,
    }),
    repliesReceived: t.field({
      type: 'SafeInt',
      nullable: true,
      description: `Replies by others. ${known}`,
      resolve: ({ sums }) => sums.replies,
    }),
    quotesReceived: t.field({
      type: 'SafeInt',
      nullable: true,
      description: `Quotes by others. ${known}`,
      resolve: ({ sums }) => sums.quotes,
    }),
    bookmarksReceived: t.field({
      type: 'SafeInt',
      nullable: true,
      description: `Bookmarks. ${known}`,
      resolve: ({ sums }) => sums.bookmarks,
    }),
    engagement: t.field({
      type: 'SafeInt',
      nullable: true,
      description: `likes + reposts + replies + quotes. ${known}`,
      resolve: ({ sums }) => sums.engagement,
    }),
    engagementPerPost: t.float({
      nullable: true,
      description:
        'Mean over the posts that are not reposts and whose engagement is known; null when there are none.',
      resolve: ({ sums }) => engagementPerPost(sums),
    }),
    engagementMedian: t.float({
      nullable: true,
      description:
        'Median of the engagement over the same posts as `engagementPerPost`; with an even count, the mean of the two in the middle.',
      resolve: async ({ engagement }) => {
        const { count, steps } = await engagement();
        return percentile(median, count, steps);
      },
    }),
    engagementP90: t.float({
      nullable: true,
      description:
        "90th percentile of the engagement over the same posts, interpolated between two values (as SQL's percentile_cont does).",
      resolve: async ({ engagement }) => {
        const { count, steps } = await engagement();
        return percentile(p90, count, steps);
      },
    }),
    engagementRate: t.float({
      nullable: true,
      description:
        'Engagement / impressions, 0 to 1, over the posts whose impressions were measured and whose engagement is known; null when ' +
        'there are none. Estimated impressions do not count, because they are computed from the engagement.',
      resolve: ({ sums }) => metricOf(sums, 'ENGAGEMENT_RATE'),
    }),
    impressions: t.field({
      type: 'SafeInt',
      nullable: true,
      description: `Times shown, measured or estimated. ${known}`,
      resolve: ({ sums }) => sums.impressions,
    }),
    impressionsEstimatedShare: t.float({
      nullable: true,
      description: 'Share of the impressions that is estimated, 0 to 1; null when there are no impressions.',
      resolve: ({ sums }) => estimatedShare(sums),
    }),
    impressionsPerReaction: t.field({
      type: 'SafeInt',
      description: ratioDescription,
      resolve: (totals) => totals.impressionsPerReaction,
    }),
    bits: t.field({
      type: 'SafeInt',
      description: 'Bits that were cheered with chat messages; 0 on X.',
      resolve: ({ sums }) => sums.bits,
    }),
    emotes: t.field({
      type: 'SafeInt',
      description:
        'Uses of emotes in chat messages; an emote that occurs twice in a message counts twice. 0 on X.',
      resolve: ({ emotes }) => emotes(),
    }),
  }),
});

builder.objectField(Stats, 'totals', (t) =>
  t.field({
    type: Totals,
    description: 'Counts and sums over all posts of the range.',
    complexity: 10,
    resolve: (scope, _args, { db }) => loadTotals(db, scope),
  }),
);
