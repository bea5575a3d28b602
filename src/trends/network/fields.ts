import { builder } from '../../graphql/builder.ts';
import { listCost } from '../../graphql/cost.ts';
import { TimeRange } from '../../graphql/inputs.ts';
import { recordsReads } from '../../graphql/root-reads.ts';
import { parseFirst } from '../../shared/page.ts';
import { parseRange } from '../../shared/range.ts';
import { parseRate } from '../../shared/ratio.ts';
import { Hashtag } from '../hashtag/fields.ts';
import { type Network, type NetworkEdge, type NetworkNode, networkOf } from './compute.ts';
import { listNetwork, postsLookedAt } from './query.ts';

const HashtagNode = builder.objectRef<NetworkNode>('HashtagNode').implement({
  description: 'A hashtag of a network.',
  fields: (t) => ({
    hashtag: t.field({ type: Hashtag, description: 'The hashtag.', resolve: ({ tag }) => ({ tag }) }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts of the network that use it.',
      resolve: ({ posts }) => posts,
    }),
  }),
});

const HashtagEdge = builder.objectRef<NetworkEdge>('HashtagEdge').implement({
  description: 'Two hashtags of a network that share posts. It has no direction.',
  fields: (t) => ({
    source: t.exposeString('source', { description: 'The more used of the two, in lower case, without #.' }),
    target: t.exposeString('target', { description: 'The other one.' }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts with both.',
      resolve: ({ posts }) => posts,
    }),
    rate: t.exposeFloat('rate', {
      description: 'Posts with both divided by posts with the less used one, 0 to 1.',
    }),
    lift: t.exposeFloat('lift', {
      description: 'Posts with both divided by the number that chance would give; 1 is chance.',
    }),
  }),
});

const HashtagNetwork = builder.objectRef<Network>('HashtagNetwork').implement({
  description: 'Hashtags, and pairs of them that are used together.',
  fields: (t) => ({
    nodes: t.field({
      type: [HashtagNode],
      description: 'The hashtags, most used first; ties are alphabetical.',
      resolve: ({ nodes }) => nodes,
    }),
    edges: t.field({
      type: [HashtagEdge],
      description: 'Pairs of hashtags that share posts, most posts first. Each pair comes once.',
      resolve: ({ edges }) => edges,
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts that the network is computed from: posts of the range with a hashtag, each once.',
      resolve: ({ posts }) => posts,
    }),
  }),
});

builder.queryField('hashtagNetwork', (t) =>
  t.field({
    type: HashtagNetwork,
    description:
      'The most used hashtags of all streams and the pairs of them that are used together, as nodes and edges. It covers the newest ' +
      `${postsLookedAt.toLocaleString('en-US')} posts of the range with a hashtag, each once, without reposts. \`larkstat hashtag-network\` writes it for Gephi.`,
    args: {
      first: t.arg.int({
        required: true,
        defaultValue: 50,
        description: 'How many hashtags, 1 to 200.',
      }),
      minRate: t.arg.float({
        required: true,
        defaultValue: 0.1,
        description: 'Only edges with at least this rate, 0 to 1.',
      }),
      range: t.arg({ type: TimeRange, description: 'Only posts that were posted in this range.' }),
    },
    extensions: recordsReads,
    // Each hashtag may have an edge to every other.
    complexity: listCost(40),
    resolve: async (_root, { first, minRate, range }, { db, reads }) => {
      const [nodes, least] = [parseFirst(first), parseRate(minRate, 'minRate')];
      reads.all();
      return networkOf(await listNetwork(db, parseRange(range), nodes), least);
    },
  }),
);
