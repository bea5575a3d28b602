import { BadInputError } from './errors.ts';
import { requireStorable } from './storable-text.ts';

/** Encodes the API's id of an object, by which `node` finds it. */
export const encodeGlobalId = (typename: string, id: string): string =>
  Buffer.from(`${typename}:${id}`).toString('base64');

/** Parses the number of a row from an id; null when it is not one. (More than nine digits would exceed the column.) */
export const rowIdOf = (id: string): number | null => (/^\d{1,9}$/.test(id) ? Number(id) : null);

/** Decodes a global id into type and id; throws BAD_INPUT when it is invalid. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const text = Buffer.from(globalId, 'base64').toString('utf8');
  const match = /^([A-Za-z]\w*):(.+)$/s.exec(text);
  if (!match?.[1] || !match[2]) throw new BadInputError(`Not an id: ${globalId.slice(0, 60)}`);
  requireStorable(text);
  return { typename: match[1], id: match[2] };
}
