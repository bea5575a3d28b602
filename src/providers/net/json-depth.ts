const quote = 0x22;
const backslash = 0x5c;

/**
 * Whether a JSON text nests lists and objects more than `max` levels deep. The text is scanned before it is parsed,
 * because code that walks through 100,000 levels (zod, JSON.stringify) overflows the stack.
 */
export function tooDeep(json: string, max: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfString(json, at);
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > max) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

/**
 * Returns the position of the closing quote of the string that begins at `start`; the end of the text when there is
 * none.
 */
export function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) return at;
  }
  return json.length;
}
