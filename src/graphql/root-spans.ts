import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { Context } from './context.ts';

/** Makes each field of Query and Mutation a span of its operation while tracing is on. */
export function withRootSpans(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const resolve = field.resolve ?? defaultFieldResolver;
      const begin = { name: `${type?.name}.${field.name}`, attributes: { 'graphql.field.name': field.name } };
      field.resolve = (root, args, context: Context, info) =>
        context.tracer.isOn
          ? context.tracer.span(begin, async () => resolve(root, args, context, info))
          : resolve(root, args, context, info);
    }
  }
  return schema;
}
