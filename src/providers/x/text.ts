import { xHandleSource } from '../../shared/handle.ts';

const escapes: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** The character of a numeric escape; the escape itself where there is none. */
function numbered(escaped: string): string {
  const code =
    escaped[2] === 'x' ? Number.parseInt(escaped.slice(3), 16) : Number.parseInt(escaped.slice(2), 10);
  return code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : escaped;
}

/**
 * Text as people read it: X's HTML escapes resolved, once. X escapes only these few, so a library with the two
 * thousand names of HTML would turn a post about `&hearts;` into one without it; what others fed in until 2009 has
 * numbers as well.
 * Characters that Postgres cannot hold as text go too: NUL, and halves of a surrogate pair.
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

/** A link as it stands in the escaped text, and what is to stand there; null leaves it out with the space before it. */
export type Link = {
  readonly shown: string;
  /** In code points of the escaped text, as X counts them; null when the source does not tell. */
  readonly start: number | null;
  readonly replacement: string | null;
};

/**
 * The readable text with its links resolved. Links are cut out of the escaped text first, since X's indices count
 * that text's code points; a link that does not stand at its index (texts get cut and edited) is looked for.
 */
export function resolveText(escaped: string, links: readonly Link[]): string {
  if (links.length === 0) return unescapeHtml(escaped).trim();
  let resolved = '';
  let done = 0;
  for (const { from, link } of locate(escaped, links)) {
    if (from < done) continue; // the same link listed twice, as each picture of a post does
    const before = unescapeHtml(escaped.slice(done, from));
    resolved += link.replacement === null ? before.trimEnd() : before + link.replacement;
    done = from + link.shown.length;
  }
  return (resolved + unescapeHtml(escaped.slice(done))).trim();
}

/**
 * Cap on the characters that are searched for the links of one text. The longest post that X takes has 25,000
 * characters, with room for some hundred links; more than this is none of X's, and would take quadratic time.
 */
const searchedMax = 10_000_000;

function locate(escaped: string, links: readonly Link[]): { from: number; link: Link }[] {
  const toUnits = unitsOfCodePoints(escaped);
  const found: { from: number; link: Link }[] = [];
  const search = new LinkSearch(escaped);
  for (const link of links) {
    const told = link.start === null ? -1 : toUnits(link.start);
    const from = told >= 0 && escaped.startsWith(link.shown, told) ? told : search.find(link.shown);
    if (from !== -1) found.push({ from, link });
  }
  return found.sort((a, b) => a.from - b.from);
}

/** Looks for links in a text, up to `searchedMax` characters in all. */
class LinkSearch {
  readonly #text: string;
  #searched = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the link stands by itself, not as the beginning of a longer one; -1 when it was not found. */
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

/** Whether it is one of a-z, A-Z, 0-9, `_` and `/`; false for NaN, past the end. */
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
 * The words between the tags of `<a href="…">Twitter for iPhone</a>`, or a text without tags. Null when there are
 * none, and where the HTML was cut short before they end: half a name would be counted as another app.
 */
export function clientName(source: unknown): string | null {
  if (typeof source !== 'string') return null;
  const words = source.includes('<') ? (/^[^<]*<[^>]*>([^<]*)</.exec(source)?.[1] ?? '') : source;
  const name = unescapeHtml(words).trim();
  return name === '' ? null : name;
}

const repost = new RegExp(`^RT @(${xHandleSource}): `);

/** Whose post a text repeats, as X words a repost; null when it is none. */
export function repostedHandle(text: string): string | null {
  if (!text.startsWith('RT @')) return null;
  return repost.exec(text)?.[1] ?? null;
}

const statusLink = new RegExp(
  String.raw`^https?://(?:(?:www|mobile)\.)?(?:twitter|x)\.com/(?:#!/)?(?:${xHandleSource}|i/web)/status(?:es)?/(\d{1,19})` +
    String.raw`(?:/(?:photo|video)/\d+)?/?(?:\?[^\s#]*)?(?:#\S*)?$`,
);

/** The id of the post that a link leads to; null for every other link. */
export function linkedStatus(url: string): string | null {
  if (!url.startsWith('http')) return null;
  return statusLink.exec(url)?.[1] ?? null;
}
