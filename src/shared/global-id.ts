import { BadInputError } from './errors.ts';
import { requireStorable } from './storable-text.ts';

/** The id that the API gives to an object of a type, by which `node` finds it. */
export const encodeGlobalId = (typename: string, id: string): string =>
  Buffer.from(`${typename}:${id}`).toString('base64');

/** The number of a row in the text of an id; null for what is none: more than nine digits pass what its column holds. */
export const rowIdOf = (id: string): number | null => (/^\d{1,9}$/.test(id) ? Number(id) : null);

/** The type and the id that a global id stands for; BAD_INPUT where it is none. */
export function decodeGlobalId(globalId: string): { typename: string; id: string } {
  const text = Buffer.from(globalId, 'base64').toString('utf8');
  const match = /^([A-Za-z]\w*):(.+)$/s.exec(text);
  if (!match?.[1] || !match[2]) throw new BadInputError(`Not an id: ${globalId.slice(0, 60)}`);
  requireStorable(text);
  return { typename: match[1], id: match[2] };
}
