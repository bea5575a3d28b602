import { xHandleMax } from '../../shared/handle.ts';
import { classOf, isAsciiAlphanumeric, LATIN_ACCENT } from './characters.ts';
import { noSpans, outsideOf, type Span } from './spans.ts';

const AT = 64;
const WIDE_AT = 0xff20;
const UNDERSCORE = 95;
const maxList = 25;

function isAt(code: number): boolean {
  return code === AT || code === WIDE_AT;
}

function isHandleCharacter(code: number): boolean {
  return isAsciiAlphanumeric(code) || code === UNDERSCORE;
}

/** Whether `RT` (any case) precedes `sign` and is not the end of a word or address. */
function followsRepostMark(text: string, sign: number): boolean {
  if (sign < 2 || text.slice(sign - 2, sign).toLowerCase() !== 'rt') return false;
  return sign === 2 || !/[a-zA-Z0-9_+~.-]/.test(text[sign - 3] as string);
}

function mayPrecede(text: string, sign: number): boolean {
  if (sign === 0) return true;
  const code = text.charCodeAt(sign - 1);
  if (isHandleCharacter(code)) return followsRepostMark(text, sign);
  // ! # $ % & * @ ＠
  return !(code === 33 || (code >= 35 && code <= 38) || code === 42 || isAt(code));
}

function listEnd(text: string, slash: number): number {
  const first = text.charCodeAt(slash + 1) | 32;
  if (text[slash] !== '/' || first < 97 || first > 122) return slash;
  let end = slash + 2;
  const limit = slash + 1 + maxList;
  while (end < limit && (isHandleCharacter(text.charCodeAt(end)) || text[end] === '-')) end++;
  return end;
}

/** Whether a mention may end at `end`: `@a@b`, `@aliceì` and `@http://` are not mentions. */
function mayFollow(text: string, end: number): boolean {
  const code = text.charCodeAt(end);
  return !isAt(code) && (classOf(code) & LATIN_ACCENT) === 0 && !text.startsWith('://', end);
}

/** The mention or list (`@user/list`) whose sign is at `sign`, or null. The value is the handle alone. */
function readMention(text: string, sign: number): Span | null {
  let handleEnd = sign + 1;
  const limit = handleEnd + xHandleMax;
  while (handleEnd < limit && isHandleCharacter(text.charCodeAt(handleEnd))) handleEnd++;
  if (handleEnd === sign + 1) return null;
  const end = listEnd(text, handleEnd);
  if (!mayFollow(text, end)) return null;
  return { value: text.slice(sign + 1, handleEnd), start: sign, end };
}

function findAll(text: string): readonly Span[] {
  const found: Span[] = [];
  const wide = text.includes('＠');
  let sign = text.indexOf('@');
  if (wide) sign = text.search(/[@＠]/);
  while (sign !== -1) {
    const mention = mayPrecede(text, sign) ? readMention(text, sign) : null;
    if (mention !== null) found.push(mention);
    let next = mention === null ? sign + 1 : mention.end;
    if (wide) while (next < text.length && !isAt(text.charCodeAt(next))) next++;
    sign = wide ? (next < text.length ? next : -1) : text.indexOf('@', next);
  }
  return found;
}

/** The mentions of a text by Twitter's rules, in order, without those inside links (`medium.com/@user`). */
export function findMentions(text: string, links: readonly Span[]): readonly Span[] {
  if (!text.includes('@') && !text.includes('＠')) return noSpans;
  return outsideOf(links, findAll(text));
}
