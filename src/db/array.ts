import { type SQL, sql } from 'drizzle-orm';

/**
 * Passes values as one parameter that is cast to an array: `any(${arrayOf(ids)}::int[])`. Drizzle makes a parameter of
 * each element, and so another statement for each length.
 */
export function arrayOf(values: readonly (string | number)[]): SQL {
  const quoted = values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`);
  return sql`${`{${quoted.join(',')}}`}`;
}
