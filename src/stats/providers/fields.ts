import { builder } from '../../graphql/builder.ts';
import { Provider } from '../../graphql/inputs.ts';
import { Stats } from '../kernel/fields.ts';
import { listProviders, type ProviderCount } from './query.ts';

const ProviderShare = builder.objectRef<ProviderCount>('ProviderShare').implement({
  description: 'A provider, and the posts that it delivered.',
  fields: (t) => ({
    provider: t.field({
      type: Provider,
      description: 'The source of the posts.',
      resolve: ({ provider }) => provider,
    }),
    posts: t.field({
      type: 'SafeInt',
      description: 'Posts of the range whose newest figures come from it.',
      resolve: ({ posts }) => posts,
    }),
    collectedAt: t.field({
      type: 'DateTime',
      description: 'When posts of the stream were last collected from it, inside the range or not.',
      resolve: ({ collectedAt }) => new Date(collectedAt),
    }),
  }),
});

builder.objectField(Stats, 'providers', (t) =>
  t.field({
    type: [ProviderShare],
    description: 'The providers of the posts of the range, most posts first.',
    complexity: 10,
    resolve: (scope, _args, { db }) => listProviders(db, scope),
  }),
);
