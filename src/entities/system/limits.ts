import { builder } from '../../graphql/builder.ts';
import { maxFirst } from '../../shared/page.ts';
import { System } from './fields.ts';
import type { LimitFacts } from './limit-facts.ts';

const Limits = builder.objectRef<LimitFacts>('Limits').implement({
  description:
    'Limits of one request. Beyond them it fails with QUERY_TOO_COMPLEX; beyond `first` with BAD_INPUT, and beyond ' +
    'the time with TIMEOUT.',
  fields: (t) => ({
    uploadMaxBytes: t.field({
      type: 'SafeInt',
      description: 'Bytes of an uploaded file.',
      resolve: ({ uploadBytes }) => uploadBytes,
    }),
    bodyMaxBytes: t.field({
      type: 'SafeInt',
      description: 'Bytes of a JSON body.',
      resolve: ({ bodyBytes }) => bodyBytes,
    }),
    depth: t.exposeInt('depth', { description: 'Depth of nested fields.' }),
    cost: t.field({
      type: 'SafeInt',
      description:
        'Fields of an answer, those of a list as often as it may have items, and what statements cost.',
      resolve: ({ cost }) => cost,
    }),
    aliases: t.exposeInt('aliases', { description: 'Aliases of one operation.' }),
    batch: t.exposeInt('batch', { description: 'Operations of one batch.' }),
    first: t.int({ description: 'Items of a page or a list: `first` and `last`.', resolve: () => maxFirst }),
    operationSeconds: t.float({
      description: 'How long an operation may run; subscriptions are not bounded.',
      resolve: ({ operationMs }) => operationMs / 1_000,
    }),
  }),
});

builder.objectField(System, 'limits', (t) =>
  t.field({
    type: Limits,
    description: 'Limits of one request.',
    resolve: ({ limits }) => limits,
  }),
);
