import { astralClassOf, classOf, HASHTAG, isHighSurrogate, LETTER } from './characters.ts';
import { noSpans, outsideOf, type Span } from './spans.ts';

const HASH = 35;
const WIDE_HASH = 0xff03;

function isHash(code: number): boolean {
  return code === HASH || code === WIDE_HASH;
}

/**
 * Whether a hashtag may start after the character before `sign`: after anything except a letter, digit or `&`. An emoji
 * with its selector is allowed.
 */
function mayPrecede(text: string, sign: number): boolean {
  if (sign === 0) return true;
  const code = text.charCodeAt(sign - 1);
  if (code === 0xfe0e || code === 0xfe0f) return true;
  if (code >= 0xdc00 && code <= 0xdfff && sign > 1) {
    return (astralClassOf(text.codePointAt(sign - 2) ?? 0) & HASHTAG) === 0;
  }
  return code !== 38 && (classOf(code) & HASHTAG) === 0;
}

/**
 * The hashtag whose sign is at `sign`, or null. It has at least one letter, is not a keycap, and no other sign follows.
 */
function readHashtag(text: string, sign: number): Span | null {
  let end = sign + 1;
  const first = text.charCodeAt(end);
  if (first === 0xfe0f || first === 0x20e3) return null;
  let hasLetter = false;
  for (;;) {
    const code = text.charCodeAt(end);
    const isPair = isHighSurrogate(code);
    const flags = isPair ? astralClassOf(text.codePointAt(end) ?? 0) : classOf(code);
    if ((flags & HASHTAG) === 0) break;
    if ((flags & LETTER) !== 0) hasLetter = true;
    end += isPair ? 2 : 1;
  }
  if (!hasLetter || isHash(text.charCodeAt(end)) || text.startsWith('://', end)) return null;
  return { value: text.slice(sign + 1, end), start: sign, end };
}

/** The hashtags of a text by Twitter's rules, in order. `links` comes from `findUrls`. */
export function findHashtags(text: string, links: readonly Span[]): readonly Span[] {
  if (!text.includes('#') && !text.includes('＃')) return noSpans;
  const found: Span[] = [];
  for (let index = 0; index < text.length; index++) {
    if (!isHash(text.charCodeAt(index)) || !mayPrecede(text, index)) continue;
    const hashtag = readHashtag(text, index);
    if (hashtag === null) continue;
    found.push(hashtag);
    index = hashtag.end - 1;
  }
  return outsideOf(links, found);
}
