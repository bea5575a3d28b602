import { builder } from '../../graphql/builder.ts';
import { Metric } from '../../graphql/inputs.ts';
import { Stats } from '../kernel/fields.ts';
import { shareKnown } from './compute.ts';
import { countKnown } from './query.ts';

builder.objectField(Stats, 'known', (t) =>
  t.float({
    nullable: true,
    description:
      'Share of the posts that are not reposts whose figure is known, 0 to 1; null without posts. Sums and means are over these. ' +
      'ENGAGEMENT: at least one of likes, reposts, replies and quotes is known. IMPRESSIONS: they were measured. ' +
      'ENGAGEMENT_RATE: they were measured, and engagement is known. SENTIMENT: the post has a score. POSTS, BITS, EMOTES and AUTHORS: 1.',
    args: {
      metric: t.arg({ type: Metric, required: true, description: 'Which figure.' }),
    },
    complexity: 10,
    resolve: async (scope, { metric }, { db }) => shareKnown(await countKnown(db, scope), metric),
  }),
);
