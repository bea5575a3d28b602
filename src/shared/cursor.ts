import { BadInputError } from './errors.ts';

/** A place in an ordered list: the order's name, then the values that sort it, the last of them unique. */
export type CursorParts = readonly [order: string, ...values: (string | number)[]];

/** Opaque to clients. */
export function encodeCursor(parts: CursorParts): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The values of a cursor of this order, or BAD_INPUT: a cursor serves only the list that gave it. */
export function decodeCursor(cursor: string, order: string, length: number): readonly (string | number)[] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parts = null;
  }
  const valid =
    Array.isArray(parts) &&
    parts.length === length + 1 &&
    parts.every((part) => typeof part === 'string' || (typeof part === 'number' && Number.isFinite(part)));
  if (!valid) throw new BadInputError(`Not a cursor of this list: ${cursor.slice(0, 60)}`);
  const [found, ...values] = parts as [string, ...(string | number)[]]; // safe: checked above
  if (found !== order) {
    throw new BadInputError(
      `The cursor is of a list ordered by ${String(found).slice(0, 20)}, not by ${order}`,
    );
  }
  return values;
}
