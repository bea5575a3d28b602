import { builder } from '../../graphql/builder.ts';
import { metricOf } from '../../shared/sums.ts';
import { ratioDescription } from '../../shared/metrics.ts';
import { Stats } from '../kernel/fields.ts';
import { engagementPerPost, estimatedShare, percentile } from './compute.ts';
import { loadTotals, median, p90, type TotalsSource } from './loader.ts';

const known = 'Sum over the posts where the figure is known; null when it is known of none.';

const Totals = builder.objectRef<TotalsSource>('Totals').implement({
  description: 'Counts and sums over all posts of the range. A repost adds to the counts only.',
  fields: (t) => ({
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts, of whatever kind.',
      resolve: ({ sums }) => sums.posts,
    }),
    originals: t.field({
      type: 'SafeInt',
      description: 'Posts that are neither reply nor repost nor quote.',
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
        'Mean over the posts that are not reposts and whose engagement is known; null without any.',
      resolve: ({ sums }) => engagementPerPost(sums),
    }),
    engagementMedian: t.float({
      nullable: true,
      description:
        'Median over the same posts, of an even count the mean of the middle two; null without any.',
      resolve: async ({ engagement }) => {
        const { count, steps } = await engagement();
        return percentile(median, count, steps);
      },
    }),
    engagementP90: t.float({
      nullable: true,
      description:
        "90th percentile over the same posts, between two values in proportion (SQL's percentile_cont); null without any.",
      resolve: async ({ engagement }) => {
        const { count, steps } = await engagement();
        return percentile(p90, count, steps);
      },
    }),
    engagementRate: t.float({
      nullable: true,
      description:
        'Engagement over impressions of the posts whose impressions were measured and whose engagement is known, 0 to 1; ' +
        'null without any. Estimated impressions are in no rate: they are made of the engagement.',
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
      description: 'Share of the impressions that is estimated, 0 to 1; null without impressions.',
      resolve: ({ sums }) => estimatedShare(sums),
    }),
    impressionsPerReaction: t.field({
      type: 'SafeInt',
      description: ratioDescription,
      resolve: (totals) => totals.impressionsPerReaction,
    }),
    bits: t.field({
      type: 'SafeInt',
      description: 'Bits cheered with chat messages; 0 on X.',
      resolve: ({ sums }) => sums.bits,
    }),
    emotes: t.field({
      type: 'SafeInt',
      description: 'Uses of emotes in chat messages: an emote that a message has twice counts twice. 0 on X.',
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
