/** Strings, so that what stands in them is passed over, and the signs that give JSON its form. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]/g;

/**
 * The elements of the list `key` of a JSON object, each as the text that it was served as: printed anew, numbers
 * beyond 2^53 would be others. `json` has to be JSON, and the value of `key` a list.
 */
export function elementTexts(json: string, key: string): readonly string[] {
  let texts: string[] = [];
  let depth = 0;
  let string = '';
  let name: unknown = null;
  /** Where the element under way begins; null outside of the list. */
  let begin: number | null = null;
  for (const { 0: token, index } of json.matchAll(tokens)) {
    if (token.startsWith('"')) {
      string = token;
    } else if (token === ':') {
      if (depth === 1) name = JSON.parse(string);
    } else if (token === '[' || token === '{') {
      depth += 1;
      if (depth !== 2 || name !== key) continue;
      texts = [];
      begin = index + 1;
    } else {
      if (depth === 2 && begin !== null) {
        const element = json.slice(begin, index).trim();
        if (element !== '') texts.push(element);
        begin = token === ',' ? index + 1 : null;
      }
      if (token !== ',') depth -= 1;
    }
  }
  return texts;
}
