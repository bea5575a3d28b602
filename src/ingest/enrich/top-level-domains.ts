import { requireData } from './require-data.ts';

const tlds = requireData('tlds') as readonly string[]; // safe: the package is that one list
const known: ReadonlySet<string> = new Set(tlds);
const longest = tlds.reduce((length, tld) => Math.max(length, tld.length), 0);

function isLabelCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 45
  );
}

/**
 * Whether a host may end before this character. `example.com@` is an address; `al-lastname` and `com2` are other words.
 */
function endsHost(code: number): boolean {
  return !isLabelCharacter(code) && code !== 64 && code !== 43;
}

/**
 * The end of the top-level domain at `start`, or -1. Other letters may follow, since Japanese and others write no
 * space: `example.comだよね` has `com`.
 */
export function topLevelDomainEnd(text: string, start: number, limit: number): number {
  let end = start;
  while (end < limit && isLabelCharacter(text.charCodeAt(end))) end++;
  if (end > start + 1 && end - start <= 63 && endsHost(text.charCodeAt(end))) {
    const label = text.slice(start, end).toLowerCase();
    if (known.has(label) || (label.startsWith('xn--') && label.length > 4)) return end;
  }
  if (end === limit) return -1;
  for (let to = Math.min(limit, start + longest); to > start; to--) {
    if (endsHost(text.charCodeAt(to)) && known.has(text.slice(start, to).toLowerCase())) return to;
  }
  return -1;
}
