import { builder } from '../../graphql/builder.ts';
import { Metric } from '../../graphql/inputs.ts';
import { Stats } from '../kernel/fields.ts';
import { shareKnown } from './compute.ts';
import { countKnown } from './query.ts';

builder.objectField(Stats, 'known', (t) =>
  t.float({
    nullable: true,
    description:
      'Share of the posts whose figure is known, 0 to 1; reposts do not count. Null when there are no posts. Sums and means include only ' +
      'posts with a known figure. ENGAGEMENT is known when at least one of likes, reposts, replies and quotes is. IMPRESSIONS are known ' +
      'when they were measured. ENGAGEMENT_RATE is known when impressions were measured and engagement is known. SENTIMENT is known when ' +
      'the post has a score. POSTS, BITS, EMOTES and AUTHORS are always known.',
    args: {
      metric: t.arg({ type: Metric, required: true, description: 'The figure.' }),
    },
    complexity: 10,
    resolve: async (scope, { metric }, { db }) => shareKnown(await countKnown(db, scope), metric),
  }),
);
