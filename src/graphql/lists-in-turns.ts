import { defaultFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { shortTurn } from '../platform/turns.ts';

/**
 * Completes the lists with `first` one after the other, and only as many in one turn of the event loop as there is
 * time for. One statement may bring the rows of nine pages of 200 posts. graphql-js would complete them all at once,
 * and no other client would be answered for 40 to 70 ms.
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
