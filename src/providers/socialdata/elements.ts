import { endOfString } from '../net/json-depth.ts';

/**
 * Returns the elements of the list `key` of a JSON object, each as the text in which it was served: printing it again
 * would change numbers beyond 2^53. `json` must be JSON, and the value of `key` a list. Scanned by hand, because a
 * regular expression for strings overflows the stack on a string of a million escapes.
 */
export function elementTexts(json: string, key: string): readonly string[] {
  let texts: string[] = [];
  let depth = 0;
  let string = '';
  let name: unknown = null;
  /** Start of the current element; null outside of the list. */
  let begin: number | null = null;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '"') {
      const end = endOfString(json, at);
      // Only the keys of the outermost object matter.
      if (depth === 1) string = json.slice(at, end + 1);
      at = end;
    } else if (sign === ':') {
      if (depth === 1) name = JSON.parse(string);
    } else if (sign === '[' || sign === '{') {
      depth += 1;
      if (depth !== 2 || name !== key) continue;
      texts = [];
      begin = at + 1;
    } else if (sign === ',' || sign === ']' || sign === '}') {
      if (depth === 2 && begin !== null) {
        const element = json.slice(begin, at).trim();
        if (element !== '') texts.push(element);
        begin = sign === ',' ? at + 1 : null;
      }
      if (sign !== ',') depth -= 1;
    }
  }
  return texts;
}
