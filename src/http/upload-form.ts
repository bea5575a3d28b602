import { HttpError } from './errors.ts';
import { parseJsonObject } from './json.ts';

// The text fields of https://github.com/jaydenseric/graphql-multipart-request-spec, in their order:
//   operations  { "query": "…", "variables": { "file": null } }, or a list of such
//   map         { "0": ["variables.file"] }
//   0           the file

/** The places in `operations` that a file is put into. */
export type Slots = { readonly field: string; readonly places: readonly Place[] };
type Place = { readonly holder: Record<string, unknown>; readonly key: string };

/** Reads `map`: null where it names no file. Its paths are checked before the file is read, which may take long. */
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

/** Puts the token of a file where its variables are. */
export function fill(slots: Slots, token: string): void {
  for (const { holder, key } of slots.places) holder[key] = token;
}

/** The variable at a path; it has to be there, and null: nothing but a file's place is written to. */
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

/** A refusal of what a form says. */
export function badInput(message: string): HttpError {
  return new HttpError(400, 'BAD_INPUT', message);
}

function short(text: string): string {
  return text.slice(0, 60);
}
