import { BadInputError } from './errors.ts';
import { toIso } from './instant.ts';
import { isStorable } from './text.ts';
import { isUuid } from './uuid.ts';

/** A position in an ordered list: the name of the order, then the sort values, of which the last is unique. */
type CursorParts = readonly [order: string, ...values: (string | number)[]];

/** Encodes a cursor, which is opaque to clients. */
export function encodeCursor(parts: CursorParts): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The type of a cursor value, as Postgres accepts it. */
export type CursorField = 'instant' | 'uuid' | 'int' | 'bigint' | 'real' | 'text';

const isOf: { readonly [Field in CursorField]: (value: unknown) => boolean } = {
  instant: (value) => typeof value === 'string' && isInstant(value),
  uuid: (value) => typeof value === 'string' && isUuid(value),
  int: (value) => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31,
  bigint: Number.isSafeInteger,
  text: (value) => typeof value === 'string' && isStorable(value),
  real: (value) => value === 0 || (Number.isFinite(value) && isReal(Math.fround(Number(value)))),
};

/**
 * Accepts only the format of `toISOString`: JavaScript also parses a 30th of February, a year 0, and years beyond 9999.
 */
function isInstant(text: string): boolean {
  const instant = Date.parse(text);
  return !Number.isNaN(instant) && toIso(instant) === text && text >= '0001';
}

/** Postgres refuses numbers that become infinite or zero in four bytes. */
const isReal = (rounded: number) => Number.isFinite(rounded) && rounded !== 0;

/**
 * Decodes a cursor of this order and checks the type of each value; throws BAD_INPUT otherwise, since a cursor is valid
 * only for the list that issued it. `last` may follow the fields or be missing.
 */
export function decodeCursor(
  cursor: string,
  order: string,
  fields: readonly CursorField[],
  last?: CursorField,
): readonly (string | number)[] {
  const [found, ...values] = parse(cursor);
  if (found !== order && typeof found === 'string') {
    throw new BadInputError(`The cursor belongs to a list ordered by ${found.slice(0, 20)}, not by ${order}`);
  }
  const expected = last !== undefined && values.length > fields.length ? [...fields, last] : fields;
  const valid = values.length === expected.length && expected.every((field, at) => isOf[field](values[at]));
  if (found !== order || !valid) {
    throw new BadInputError(`Not a cursor of this list: ${cursor.slice(0, 60)}`);
  }
  return values as (string | number)[]; // safe: checked above
}

function parse(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
