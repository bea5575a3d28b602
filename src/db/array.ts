import { type SQL, sql } from 'drizzle-orm';

/**
 * Values as one parameter, to be cast to an array: `any(${arrayOf(ids)}::int[])`. Drizzle takes an array for a list
 * of parameters, which makes another statement for each length.
 */
export function arrayOf(values: readonly (string | number)[]): SQL {
  const quoted = values.map((value) => `"${String(value).replace(/["\\]/g, '\\$&')}"`);
  return sql`${sql.param(`{${quoted.join(',')}}`)}`;
}
