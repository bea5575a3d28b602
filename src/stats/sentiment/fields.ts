import { builder } from '../../graphql/builder.ts';
import { metricOf, scoredPosts, type Sums, totalSums } from '../../shared/sums.ts';
import { loadDays } from '../scope/activity.ts';
import { Stats } from '../scope/fields.ts';

const SentimentStats = builder.objectRef<Sums>('SentimentStats').implement({
  description: 'How the posts that are not reposts feel.',
  fields: (t) => ({
    unscored: t.field({
      type: 'SafeInt',
      description:
        'Posts without a score, as their language has no lexicon, or is unknown and no word tells a feeling: in no mean and no share.',
      resolve: (sums) => sums.posts - sums.reposted - scoredPosts(sums),
    }),
    mean: t.float({
      nullable: true,
      description: 'Mean of the scores, -1 to 1; null without any.',
      resolve: (sums) => metricOf(sums, 'SENTIMENT'),
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

builder.objectField(Stats, 'sentiment', (t) =>
  t.field({
    type: SentimentStats,
    description: 'How the posts that are not reposts feel.',
    complexity: 10,
    resolve: async (scope, _args, { db }) => totalSums(await loadDays(db, scope)),
  }),
);
