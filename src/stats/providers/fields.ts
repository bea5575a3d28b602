import { builder } from '../../graphql/builder.ts';
import { Provider } from '../../graphql/inputs.ts';
import { Stats } from '../kernel/fields.ts';
import { listProviders, type ProviderCount } from './query.ts';

const ProviderShare = builder.objectRef<ProviderCount>('ProviderShare').implement({
  description: 'A provider, and what it delivered.',
  fields: (t) => ({
    provider: t.field({
      type: Provider,
      description: 'Where the posts were collected from.',
      resolve: ({ provider }) => provider,
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts whose newest figures it delivered.',
      resolve: ({ posts }) => posts,
    }),
    collectedAt: t.field({
      type: 'DateTime',
      description: 'Newest collection of the stream by it, in the range or not.',
      resolve: ({ collectedAt }) => new Date(collectedAt),
    }),
  }),
});

builder.objectField(Stats, 'providers', (t) =>
  t.field({
    type: [ProviderShare],
    description: 'Who delivered the posts that are counted here. Most posts first.',
    complexity: 10,
    resolve: (scope, _args, { db }) => listProviders(db, scope),
  }),
);
