import { HttpError } from './errors.ts';
import { parseJsonObject } from './json.ts';

// The text fields of https://github.com/jaydenseric/graphql-multipart-request-spec, in their order:
//   operations  { "query": "…", "variables": { "file": null } }, or a list of such
//   map         { "0": ["variables.file"] }
//   0           the file

/** The variables in `operations` that stand for a file. */
export type Slots = { readonly field: string; readonly places: readonly Place[] };
type Place = { readonly holder: Record<string, unknown>; readonly key: string };

/** Parses `map`; null when it names no file. Checks its paths before the file is read, which may take long. */
export function parseMap(text: string, operations: object): Slots | null {
  const map = parseJsonObject(text, 'map');
  const fields = Object.keys(map);
  if (Array.isArray(map)) throw badInput('map has to be an object of lists of paths');
  if (fields.length > 1) {
    throw new HttpError(
      413,
      'QUERY_TOO_COMPLEX',
      `Too many files: ${fields.length} asked, 1 allowed in a request`,
    );
  }
  const [field] = fields;
  if (field === undefined) return null;
  const paths: unknown = (map as Record<string, unknown>)[field];
  if (!Array.isArray(paths) || paths.length === 0 || !paths.every((path) => typeof path === 'string')) {
    throw badInput(`map["${short(field)}"] has to be a list of paths such as "variables.file"`);
  }
  return { field, places: paths.map((path) => placeOf(operations, path)) };
}

/** Sets the variables of a file to its token. */
export function fill(slots: Slots, token: string): void {
  for (const { holder, key } of slots.places) holder[key] = token;
}

/** Returns the variable at a path. It must exist and be null, so that only the place of a file is written. */
function placeOf(operations: object, path: string): Place {
  const keys = path.split('.');
  if (keys[Array.isArray(operations) ? 1 : 0] !== 'variables') {
    throw badInput(`Invalid path in map: "${short(path)}" does not lead to a variable`);
  }
  let holder: unknown = operations;
  for (const key of keys.slice(0, -1)) holder = ownValue(holder, key);
  const key = keys.at(-1) ?? '';
  if (ownValue(holder, key) !== null) {
    throw badInput(`Invalid path in map: "${short(path)}" is not null in operations`);
  }
  return { holder: holder as Record<string, unknown>, key }; // safe: ownValue found the key in it
}

function ownValue(holder: unknown, key: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return undefined;
  return (holder as Record<string, unknown>)[key];
}

/** Returns the error for an invalid form. */
export function badInput(message: string): HttpError {
  return new HttpError(400, 'BAD_INPUT', message);
}

function short(text: string): string {
  return text.slice(0, 60);
}
