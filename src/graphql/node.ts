import { brandWithType } from '@pothos/core';
import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import { BadInputError } from '../shared/errors.ts';
import { requireStorable } from '../shared/storable-text.ts';

/** The type and the id that a global id stands for; BAD_INPUT where it is none. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const text = Buffer.from(globalId, 'base64').toString('utf8');
  const match = /^([A-Za-z]\w*):(.+)$/s.exec(text);
  if (!match?.[1] || !match[2]) throw new BadInputError(`Not an id: ${globalId.slice(0, 60)}`);
  requireStorable(text);
  return { typename: match[1], id: match[2] };
}

/** Whether a type of this name has ids. */
export function hasIds(typename: string, { schema }: GraphQLResolveInfo): boolean {
  const type = schema.getType(typename);
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
}

/**
 * Waits for a node and marks it with its type. Pothos does so too, but too late for a node that is asked for a second
 * time in the same request while it is being loaded.
 */
export async function markNode(node: unknown, typename: string): Promise<unknown> {
  const found = await node;
  brandWithType(found, typename as never); // safe: `hasIds` found a type of this name
  return found;
}
