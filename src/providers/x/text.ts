import { xHandleSource } from '../../shared/handle.ts';

const escapes: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** Returns the character of a numeric escape; the escape itself when it is invalid. */
function numbered(escaped: string): string {
  const code =
    escaped[2] === 'x' ? Number.parseInt(escaped.slice(3), 16) : Number.parseInt(escaped.slice(2), 10);
  return code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : escaped;
}

/**
 * Resolves X's HTML escapes, once. X escapes only these few, so a library with all two thousand names of HTML would
 * alter a post about `&hearts;`. Posts that other programs sent until 2009 also have numeric escapes.
 * Also replaces halves of a surrogate pair and removes NUL, which Postgres cannot store as text.
 */
export function unescapeHtml(text: string): string {
  const readable = text.includes('&')
    ? text.replace(
        /&(?:amp|lt|gt|quot|apos|#\d{2,7}|#x[\da-f]{2,6});/gi,
        (escaped) => escapes[escaped] ?? (escaped[1] === '#' ? numbered(escaped.toLowerCase()) : escaped),
      )
    : text;
  const whole = /\p{Surrogate}/u.test(readable) ? readable.replace(/\p{Surrogate}/gu, '\uFFFD') : readable;
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole;
}

/** A link in the escaped text and its replacement; null removes it with the space before it. */
export type Link = {
  readonly shown: string;
  /** In code points of the escaped text, as X counts them; null when the source does not say. */
  readonly start: number | null;
  readonly replacement: string | null;
};

/**
 * Returns the readable text with its links replaced. Links are cut out of the escaped text first, since X's indices
 * count that text's code points; a link that is not at its index (texts get cut and edited) is searched for.
 */
export function resolveText(escaped: string, links: readonly Link[]): string {
  if (links.length === 0) return unescapeHtml(escaped).trim();
  let resolved = '';
  let done = 0;
  for (const { from, link } of locate(escaped, links)) {
    if (from < done) continue; // listed twice, as for each picture of a post
    const before = unescapeHtml(escaped.slice(done, from));
    resolved += link.replacement === null ? before.trimEnd() : before + link.replacement;
    done = from + link.shown.length;
  }
  return (resolved + unescapeHtml(escaped.slice(done))).trim();
}

/**
 * Cap on the characters that are searched for the links of one text, since the search takes quadratic time. The longest
 * post that X accepts has 25,000 characters, with room for some hundred links, and stays below.
 */
const searchedMax = 10_000_000;

function locate(escaped: string, links: readonly Link[]): { from: number; link: Link }[] {
  const toUnits = unitsOfCodePoints(escaped);
  const found: { from: number; link: Link }[] = [];
  const search = new LinkSearch(escaped);
  for (const link of links) {
    const given = link.start === null ? -1 : toUnits(link.start);
    const from = given >= 0 && escaped.startsWith(link.shown, given) ? given : search.find(link.shown);
    if (from !== -1) found.push({ from, link });
  }
  return found.sort((a, b) => a.from - b.from);
}

/** Searches a text for links, up to `searchedMax` characters in total. */
class LinkSearch {
  readonly #text: string;
  #searched = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns where the link is not the beginning of a longer one; -1 when it is not found. */
  find(link: string): number {
    let at = 0;
    while (this.#searched < searchedMax) {
      const from = this.#text.indexOf(link, at);
      const end = from === -1 ? this.#text.length : from + link.length;
      this.#searched += end - at + 1;
      if (from === -1 || !isLinkCharacter(this.#text.charCodeAt(end))) return from;
      at = from + 1;
    }
    return -1;
  }
}

/** Whether a character code is one of a-z, A-Z, 0-9, `_` and `/`; false for NaN, past the end. */
const isLinkCharacter = (code: number) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 47 && code <= 57) || code === 95;

function unitsOfCodePoints(text: string): (codePoint: number) => number {
  if (!/[\uD800-\uDBFF]/.test(text)) return (codePoint) => codePoint;
  const units: number[] = [];
  let unit = 0;
  for (const character of text) {
    units.push(unit);
    unit += character.length;
  }
  return (codePoint) => units[codePoint] ?? -1;
}

/**
 * Returns the text between the tags of `<a href="…">Twitter for iPhone</a>`, or a text without tags. Null when it is
 * empty, or when the HTML is cut before its end: half a name would be counted as another app.
 */
export function clientName(source: unknown): string | null {
  if (typeof source !== 'string') return null;
  const words = source.includes('<') ? (/^[^<]*<[^>]*>([^<]*)</.exec(source)?.[1] ?? '') : source;
  const name = unescapeHtml(words).trim();
  return name === '' ? null : name;
}

const repost = new RegExp(`^RT @(${xHandleSource}): `);

/** Returns whose post a text reposts, in X's wording; null when it is not a repost. */
export function repostedHandle(text: string): string | null {
  if (!text.startsWith('RT @')) return null;
  return repost.exec(text)?.[1] ?? null;
}

const statusLink = new RegExp(
  String.raw`^https?://(?:(?:www|mobile)\.)?(?:twitter|x)\.com/(?:#!/)?(?:${xHandleSource}|i/web)/status(?:es)?/(\d{1,19})` +
    String.raw`(?:/(?:photo|video)/\d+)?/?(?:\?[^\s#]*)?(?:#\S*)?$`,
);

/** Returns the id of the post that a link leads to; null for any other link. */
export function linkedStatus(url: string): string | null {
  if (!url.startsWith('http')) return null;
  return statusLink.exec(url)?.[1] ?? null;
}
