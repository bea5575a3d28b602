import { domainToASCII } from 'node:url';
import { classOf, HOST, isAsciiAlphanumeric, LATIN_HOST } from './characters.ts';
import { noSpans, type Span } from './spans.ts';
import { topLevelDomainEnd } from './top-level-domains.ts';
import { readAfterHost } from './url-path.ts';

const DOT = 46;
const HYPHEN = 45;
const UNDERSCORE = 95;

function isJoiner(code: number): boolean {
  return code === HYPHEN || code === UNDERSCORE;
}

/**
 * The end of the longest host at `start`, or -1. Its labels end before `labelsEnd`, its top-level domain before
 * `limit`. Labels may contain hyphens and underscores, but the second-level label no underscore.
 */
function hostEnd(text: string, start: number, labelsEnd: number, limit: number): number {
  let best = -1;
  let labelStart = start;
  let isName = false;
  let hasUnderscore = false;
  for (let index = start; index <= labelsEnd; index++) {
    const code = index < labelsEnd ? text.charCodeAt(index) : DOT;
    if (code === UNDERSCORE) hasUnderscore = true;
    if (code !== DOT) continue;
    if (isName) best = Math.max(best, topLevelDomainEnd(text, labelStart, limit));
    const empty = index === labelStart;
    if (empty || isJoiner(text.charCodeAt(labelStart)) || isJoiner(text.charCodeAt(index - 1))) return best;
    isName = !hasUnderscore;
    hasUnderscore = false;
    labelStart = index + 1;
  }
  return best;
}

/** Whether DNS can hold the host: labels of at most 63 characters, also in ASCII form. */
function isResolvable(host: string): boolean {
  if (host.length > 255) return false;
  if (/^[\0-\x7f]*$/.test(host)) return host.split('.').every((label) => label.length <= 63);
  const ascii = domainToASCII(host);
  return ascii !== '' && ascii.split('.').every((label) => label.length <= 63);
}

/** The start of the `http://` or `https://` that ends at `hostStart`, at or after `from`; -1 when there is none. */
function protocolStart(text: string, hostStart: number, from: number): number {
  if (hostStart - from < 7 || !text.startsWith('://', hostStart - 3)) return -1;
  const scheme = text.slice(Math.max(from, hostStart - 8), hostStart - 3).toLowerCase();
  if (scheme === 'https') return hostStart - 8;
  return scheme.endsWith('http') ? hostStart - 7 : -1;
}

/** Whether a link may start after this character: not inside a word, mention, hashtag, cashtag or address. */
function mayPrecede(code: number): boolean {
  if (isAsciiAlphanumeric(code)) return false;
  return !(code === 64 || code === 0xff20 || code === 35 || code === 0xff03 || code === 36 || code >= 0xfeff);
}

const shortened = /^https?:\/\/t\.co\/([a-z0-9]+)/i;
const shortenedWithQuery =
  /^https?:\/\/t\.co\/[a-z0-9]+(?:\?[a-z0-9!?*'@();:&=+$/%#[\]\-_.,~|]*[a-z0-9\-_&=#/])?/i;

/** X's own short link without what follows its code; null when the code is too long. */
function trimShortened(url: string): string | null {
  const match = shortened.exec(url);
  if (match === null) return url;
  if ((match[1] as string).length > 40) return null;
  return (shortenedWithQuery.exec(url) ?? match)[0];
}

/** Reads the link with a protocol whose host starts at `hostStart`. Returns where to continue. */
function readWithProtocol(
  text: string,
  start: number,
  hostStart: number,
  runEnd: number,
  found: Span[],
): number {
  if (start > 0 && !mayPrecede(text.charCodeAt(start - 1))) return runEnd;
  const afterHost = hostEnd(text, hostStart, runEnd, runEnd);
  if (afterHost === -1) return runEnd;
  const { end } = readAfterHost(text, afterHost);
  if (!isResolvable(text.slice(hostStart, afterHost))) return Math.max(end, runEnd);
  const url = trimShortened(text.slice(start, end));
  if (url !== null) found.push({ value: url, start, end: start + url.length });
  return end;
}

/** Reads links without protocol between `start` and `runEnd`: only Latin hosts, also inside other scripts. */
function readWithoutProtocol(text: string, start: number, runEnd: number, found: Span[]): number {
  for (let index = start; index < runEnd; ) {
    if ((classOf(text.charCodeAt(index)) & LATIN_HOST) === 0) {
      index++;
      continue;
    }
    const first = index;
    while (index < runEnd && (classOf(text.charCodeAt(index)) & LATIN_HOST) !== 0) index++;
    const before = first === start && first > 0 ? text.charCodeAt(first - 1) : 32;
    if (!mayPrecede(before) || before === 47) continue;
    const afterHost = hostEnd(text, first, index, runEnd);
    if (afterHost === -1 || !isResolvable(text.slice(first, afterHost))) continue;
    const { end, hasPath } = readAfterHost(text, afterHost);
    const linkEnd = hasPath ? end : afterHost;
    found.push({ value: text.slice(first, linkEnd), start: first, end: linkEnd });
    if (end > runEnd) return end;
    index = Math.max(index, end);
  }
  return runEnd;
}

/** The links of a text by Twitter's rules, with or without protocol, in order. Linear in the text's length. */
export function findUrls(text: string): readonly Span[] {
  let dot = text.indexOf('.');
  if (dot === -1) return noSpans;
  const found: Span[] = [];
  let from = 0;
  for (; dot !== -1; dot = text.indexOf('.', from)) {
    const lastEnd = found.at(-1)?.end ?? 0;
    let start = dot;
    while (start > from && (classOf(text.charCodeAt(start - 1)) & HOST) !== 0) start--;
    let end = dot + 1;
    while ((classOf(text.charCodeAt(end)) & HOST) !== 0) end++;
    const protocol = protocolStart(text, start, lastEnd);
    if (protocol !== -1) from = readWithProtocol(text, protocol, start, end, found);
    else from = readWithoutProtocol(text, start, end, found);
  }
  return found;
}
