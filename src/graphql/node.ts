import { brandWithType } from '@pothos/core';
import { type GraphQLResolveInfo, isObjectType } from 'graphql';

/** Whether a type of this name has ids. */
export function hasIds(typename: string, { schema }: GraphQLResolveInfo): boolean {
  const type = schema.getType(typename);
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
}

/**
 * Waits for a node and marks it with its type. Pothos does so too, but too late for a node that is selected twice in
 * one request while it is being loaded.
 */
export async function markNode(node: unknown, typename: string): Promise<unknown> {
  const found = await node;
  brandWithType(found, typename as never); // safe: `hasIds` found a type of this name
  return found;
}
