import { HttpError } from './errors.ts';

/** The most nested levels: later readers of the JSON recurse at each level. */
const maxDepth = 64;
/** The most objects, lists and members: JSON.parse takes up to 150 ms for 1 MB of brackets, 10 ms for this many. */
const maxValues = 20_000;

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125];

/** Parses a JSON object or list; the error names `what`. */
export function parseJsonObject(text: string, what: string): object {
  checkJsonSize(text, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HttpError(400, 'BAD_INPUT', `${what} is not valid JSON: ${(error as SyntaxError).message}`);
  }
  if (typeof value !== 'object' || value === null) {
    throw new HttpError(400, 'BAD_INPUT', `${what} has to be a JSON object or list`);
  }
  return value;
}

/** Refuses JSON that is nested too deep or has too many values, before it is parsed. */
export function checkJsonSize(text: string, what: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case openList:
      case openObject:
        values++;
        if (++depth > maxDepth) {
          const message = `${what} is nested too deep: over ${maxDepth} levels of JSON asked, ${maxDepth} allowed`;
          throw new HttpError(400, 'BAD_INPUT', message);
        }
        break;
      case closeList:
      case closeObject:
        depth--;
        break;
      case comma:
      case colon:
        values++;
    }
    if (values > maxValues) {
      const message = `${what} has too many values: over ${maxValues} asked, ${maxValues} allowed`;
      throw new HttpError(413, 'QUERY_TOO_COMPLEX', message);
    }
  }
}

/** Returns where the string that begins at the quote ends; the end of the text when it is not closed. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes precedes. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === backslash) before--;
  return (at - before) % 2 === 0;
}

/** The most characters of an outline. */
const maxOutline = 10_000;

/**
 * Returns the top-level members of a JSON object, with null in place of each nested object and list. Null when they
 * are too long.
 */
export function outlineOf(text: string): unknown {
  let outline = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at);
    if (outline.length > maxOutline) return null;
    if (sign === quote) {
      const end = endOfString(text, at);
      if (depth <= 1) outline += text.slice(at, end + 1);
      at = end;
    } else if (sign === openList || sign === openObject) {
      if (++depth === 2) outline += 'null';
      else if (depth === 1) outline += text[at];
    } else if (sign === closeList || sign === closeObject) {
      if (depth-- === 1) outline += text[at];
    } else if (depth <= 1) outline += text[at];
  }
  try {
    return JSON.parse(outline);
  } catch {
    return null;
  }
}
