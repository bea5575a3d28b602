import { defaultFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { shortTurn } from '../platform/turns.ts';

/**
 * Has the items of each list of the first few put together one list after the other, and no more of them in a turn of the
 * event loop than it has room for. One statement may
 * bring the rows of nine pages of 200 posts: graphql-js completes them all at once otherwise, in 40 to 70 ms in which
 * no other client is answered.
 */
export function listsInTurns(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.args.some(({ name }) => name === 'first')) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = async (...asked) => {
        const list: unknown = await resolve(...asked);
        await shortTurn();
        return list;
      };
    }
  }
  return schema;
}
