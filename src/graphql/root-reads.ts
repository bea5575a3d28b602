import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { Context } from './context.ts';

/** Marks a field of Query that records what it reads. The answer of a field without the mark is never kept. */
export const recordsReads = { recordsReads: true } as const;

/** Makes the answer of every field of Query without `recordsReads` one that is never kept. */
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
