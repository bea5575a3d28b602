import { builder } from '../../graphql/builder.ts';
import { maxFirst } from '../../shared/page.ts';
import { System } from './fields.ts';
import type { LimitFacts } from './limit-facts.ts';

const Limits = builder.objectRef<LimitFacts>('Limits').implement({
  description:
    'Limits of one request. Beyond `first` it fails with BAD_INPUT, beyond the time with TIMEOUT, and beyond the others ' +
    'with QUERY_TOO_COMPLEX.',
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
        'Fields of an answer, those of a list once for each item that it may have, and the price of statements.',
      resolve: ({ cost }) => cost,
    }),
    aliases: t.exposeInt('aliases', { description: 'Aliases of one operation.' }),
    batch: t.exposeInt('batch', { description: 'Operations of one batch.' }),
    first: t.int({
      description: 'Items of a page or a list, for `first` and `last`.',
      resolve: () => maxFirst,
    }),
    operationSeconds: t.float({
      description: 'How long an operation may run. Subscriptions have no limit.',
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
