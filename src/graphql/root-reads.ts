import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { Context } from './context.ts';

/** The extension of a field of Query that records what it reads; the answer of one without it is never kept. */
export const recordsReads = { recordsReads: true } as const;

/** Has every field of Query that does not say `recordsReads` keep its answer from being kept. */
export function withRootReads(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver;
    const isRecorded = field.extensions.recordsReads === true;
    field.resolve = (root, args, context: Context, info) => {
      context.reads.ask();
      if (!isRecorded) context.reads.never();
      return resolve(root, args, context, info);
    };
  }
  return schema;
}
