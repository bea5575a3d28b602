import { noItems } from '../../shared/lists.ts';

/** An unchecked JSON object from X. */
export type Wire = Readonly<Record<string, unknown>>;

/** Whether the value is a JSON object. */
export function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Returns the value under a key; undefined without a record. X's records have hundreds of shapes. V8 specialises each
 * place that reads a property on the shapes it has seen, and compiles the function again for a new one. For the many
 * and varied tweets of an archive, all properties are read in this one place, which stays generic.
 */
export function at(wire: Wire | null, key: string): unknown {
  return wire === null ? undefined : wire[key];
}

/** Returns the object under a key; null when there is none. */
export function wireAt(wire: Wire | null, key: string): Wire | null {
  const value = at(wire, key);
  return isWire(value) ? value : null;
}

/** Returns the text; null when there is none. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Returns the objects of a list; empty when there is no list. */
export function listOf(value: unknown): readonly Wire[] {
  if (!Array.isArray(value) || value.length === 0) return noItems;
  return value.every(isWire) ? value : value.filter(isWire);
}

/** More than there are people. A larger number is not a count, and sums of it would not be exact. */
export const countMax = 10_000_000_000;

/** Reads a count, which is text in archives and a number in the API; null when there is none. */
export function countOf(value: unknown): number | null {
  const count = typeof value === 'string' && /^\d{1,11}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(count) && (count as number) >= 0 && (count as number) <= countMax
    ? (count as number) // safe: only numbers are safe integers
    : null;
}

/**
 * Reads the id in `<key>_str` or `<key>`; null when neither has one, and for the "-1" of deleted accounts. A number is
 * accepted only when it is exact: X rounds the number and writes the digits in `<key>_str`.
 */
export function idOf(wire: Wire, key: string): string | null {
  const digits = at(wire, digitsKey(key));
  if (typeof digits === 'string' && isId(digits)) return digits;
  const value = at(wire, key);
  if (typeof value === 'string' && isId(value)) return value;
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? String(value) : null;
}

const digitsKeys = new Map<string, string>();

/**
 * Returns `<key>_str`. Cached, since it is needed ten times a tweet, and V8 looks up a new string among all names each
 * time.
 */
function digitsKey(key: string): string {
  let made = digitsKeys.get(key);
  if (made === undefined) {
    made = `${key}_str`;
    digitsKeys.set(key, made);
  }
  return made;
}

const largestId = '9223372036854775807';

/** Whether the text is a decimal 64-bit id. */
export function isId(text: string): boolean {
  if (!/^[1-9]\d{0,18}$/.test(text)) return false;
  return text.length < largestId.length || text <= largestId;
}

/** Unwraps a record: archives have `{ "tweet": {…} }`, old ones the bare object. */
export function unwrap(record: Wire, key: string): Wire {
  return wireAt(record, key) ?? record;
}
