import { classOf, PATH, PATH_END, QUERY, QUERY_END } from './characters.ts';

const OPEN = 40;
const CLOSE = 41;
const SLASH = 47;
const COLON = 58;
const QUESTION = 63;

function skipPathCharacters(text: string, from: number): number {
  let index = from;
  while ((classOf(text.charCodeAt(index)) & PATH) !== 0) index++;
  return index;
}

/** The end of `(…)` or `(…(…)…)` at `from`, as in wiki/Primer_(film); -1 when there is none. */
function balancedEnd(text: string, from: number): number {
  let index = skipPathCharacters(text, from + 1);
  if (text.charCodeAt(index) === CLOSE) return index > from + 1 ? index + 1 : -1;
  if (text.charCodeAt(index) !== OPEN) return -1;
  const inner = index + 1;
  index = skipPathCharacters(text, inner);
  if (index === inner || text.charCodeAt(index) !== CLOSE) return -1;
  index = skipPathCharacters(text, index + 1);
  return text.charCodeAt(index) === CLOSE ? index + 1 : -1;
}

function pathEnd(text: string, slash: number): number {
  let end = slash + 1;
  for (let index = end; ; ) {
    const code = text.charCodeAt(index);
    if (code === OPEN) {
      index = balancedEnd(text, index);
      if (index === -1) return end;
      end = index;
      continue;
    }
    const flags = classOf(code);
    if ((flags & PATH) === 0) return end;
    index++;
    if ((flags & PATH_END) !== 0) end = index;
  }
}

/** The end of the query after the `?` at `mark`; `mark` itself when there is no query. */
function queryEnd(text: string, mark: number): number {
  let end = mark;
  for (let index = mark + 1; ; ) {
    const flags = classOf(text.charCodeAt(index));
    if ((flags & QUERY) === 0) return end;
    index++;
    if ((flags & QUERY_END) !== 0) end = index;
  }
}

function portEnd(text: string, colon: number): number {
  let index = colon + 1;
  while (text.charCodeAt(index) >= 48 && text.charCodeAt(index) <= 57) index++;
  return index > colon + 1 ? index : colon;
}

/**
 * Reads what follows a host: where the link ends, and whether it has a path. Closing punctuation is not part of the
 * link.
 */
export function readAfterHost(
  text: string,
  hostEnd: number,
): { readonly end: number; readonly hasPath: boolean } {
  let end = hostEnd;
  if (text.charCodeAt(end) === COLON) end = portEnd(text, end);
  const hasPath = text.charCodeAt(end) === SLASH;
  if (hasPath) end = pathEnd(text, end);
  if (text.charCodeAt(end) === QUESTION) end = queryEnd(text, end);
  return { end, hasPath };
}
