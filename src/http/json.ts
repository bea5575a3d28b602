import { HttpError } from './errors.ts';

/** Levels of objects and lists inside one another: what reads JSON later calls itself for each of them. */
const maxDepth = 64;
/** Objects, lists and their members: JSON.parse takes up to 150 ms for 1 MB of brackets, 10 ms for this many. */
const maxValues = 20_000;

const [quote, backslash, comma, colon] = [34, 92, 44, 58];
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125];

/** A JSON object or list out of text, or a refusal that says what `what` was instead. */
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

/** Where a string ends that begins at the quote; the end of the text where it never does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === backslash) before--;
  return (at - before) % 2 === 0;
}

/** Characters of an outline. */
const maxOutline = 10_000;

/** The members of a JSON object's own level, null in the place of every object and list inside; null where it is long. */
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
