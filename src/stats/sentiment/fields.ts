import { builder } from '../../graphql/builder.ts';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { Interval } from '../../graphql/inputs.ts';
import { meanScore, scoredPosts } from '../../shared/sums.ts';
import { loadTotal } from '../kernel/activity.ts';
import { bucketBudget, spend } from '../kernel/buckets.ts';
import { Stats } from '../kernel/fields.ts';
import { type Feelings, feelings, loadSentiment, type SentimentSeriesData, shareOf } from './series.ts';

const SentimentStats = builder.objectRef<Feelings>('SentimentStats').implement({
  description: 'Sentiment of the posts that are not reposts.',
  fields: (t) => ({
    unscored: t.field({
      type: 'SafeInt',
      description:
        'Posts without a score: their language has no lexicon, or it is unknown and no word carries sentiment. Means and shares ' +
        'leave them out.',
      resolve: (sums) => sums.posts - sums.reposted - scoredPosts(sums),
    }),
    mean: t.float({
      nullable: true,
      description: 'Mean of the scores, -1 to 1; null when there are none.',
      resolve: (sums) => meanScore(sums),
    }),
    positive: t.field({
      type: 'SafeInt',
      description: 'Posts with a score of 0.05 or more.',
      resolve: (sums) => sums.positive,
    }),
    neutral: t.field({
      type: 'SafeInt',
      description: 'Posts with a score between -0.05 and 0.05.',
      resolve: (sums) => sums.neutral,
    }),
    negative: t.field({
      type: 'SafeInt',
      description: 'Posts with a score of -0.05 or less.',
      resolve: (sums) => sums.negative,
    }),
  }),
});

const SentimentSeries = builder.objectRef<SentimentSeriesData>('SentimentSeries').implement({
  description:
    'Shares of positive, neutral and negative posts in each bucket. The buckets are those of `Stats.series`.',
  fields: (t) => {
    const share = (label: 'positive' | 'neutral' | 'negative', means: string) =>
      t.field({
        type: ['Float'],
        nullable: { list: false, items: true },
        description: `Share of the scored posts that have ${means}, 0 to 1; null in a bucket without scored posts. The three shares add up to 1.`,
        resolve: (series, _args, context) =>
          sentSentiment(series, context).sums.map((sums) => shareOf(sums, label)),
      });
    return {
      interval: t.field({
        type: Interval,
        description: 'The step from one start to the next.',
        resolve: ({ interval }) => interval,
      }),
      starts: t.field({
        type: ['DateTime'],
        description: 'Start of each bucket.',
        resolve: (series, _args, context) => sentSentiment(series, context).starts,
      }),
      scored: t.field({
        type: ['SafeInt'],
        description: 'Posts that have a score. The shares are shares of these.',
        resolve: (series, _args, context) => sentSentiment(series, context).sums.map(scoredPosts),
      }),
      positive: share('positive', 'a score of 0.05 or more'),
      neutral: share('neutral', 'a score between -0.05 and 0.05'),
      negative: share('negative', 'a score of -0.05 or less'),
    };
  },
});

/** Returns a series that the answer contains, and spends its buckets from the request's budget. */
function sentSentiment(series: SentimentSeriesData, context: Context): SentimentSeriesData {
  spend(loaderOf(context, bucketBudget), series.starts.length);
  return series;
}

builder.objectField(Stats, 'sentimentSeries', (t) =>
  t.field({
    type: SentimentSeries,
    description:
      'Sentiment over time of the posts that are not reposts, from the bucket of the first post to that of the last one, or over the ' +
      'whole range when it is given. Empty buckets are included; more than 20,000 buckets are QUERY_TOO_COMPLEX.',
    args: {
      interval: t.arg({
        type: Interval,
        required: true,
        defaultValue: 'DAY',
        description: 'Length of a bucket.',
      }),
    },
    complexity: 10,
    resolve: (scope, { interval }, { db }) => loadSentiment(db, scope, interval),
  }),
);

builder.objectField(Stats, 'sentiment', (t) =>
  t.field({
    type: SentimentStats,
    description: 'Sentiment of the posts that are not reposts.',
    complexity: 10,
    resolve: (scope, _args, { db }) => loadTotal(db, scope, feelings),
  }),
);
