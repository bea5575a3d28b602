import { inOrder, noSpans, type Span } from './spans.ts';

/** Most listed links that are looked up in one post: more than any platform lists. */
const listedMax = 100;
/** Longest protocol name that is recognised. */
const protocolLengthMax = 20;
const endOfLink = /[\s"<>\u3000-\uffef]/;

/**
 * The spans of all links in a text, so that nothing inside them counts as a word or tag: links by Twitter's rules,
 * links that the source lists, and links with a protocol and any domain. Spans do not overlap.
 */
export function linkSpans(text: string, found: readonly Span[], listed: readonly string[]): readonly Span[] {
  const [told, written] = [listedSpans(text, found, listed), protocolSpans(text, found)];
  if (told.length === 0 && written.length === 0) return found;
  return withoutOverlap(inOrder(found, [...told, ...written]));
}

function listedSpans(text: string, found: readonly Span[], listed: readonly string[]): readonly Span[] {
  if (listed.length === 0) return noSpans;
  const spans: Span[] = [];
  let from = 0;
  for (const value of listed.slice(0, listedMax)) {
    if (found.some((span) => span.value === value)) continue;
    const start = text.indexOf(value, from);
    if (start === -1) continue;
    from = start + value.length;
    spans.push({ value, start, end: from });
  }
  return spans;
}

/** Links with a protocol that Twitter's rules do not find: `http://localhost/a`, or a link that was cut off. */
function protocolSpans(text: string, found: readonly Span[]): readonly Span[] {
  const first = text.indexOf('://');
  if (first === -1) return noSpans;
  const spans: Span[] = [];
  let next = 0;
  for (let at = first; at !== -1; at = text.indexOf('://', at + 1)) {
    while (next < found.length && (found[next] as Span).end <= at) next++; // safe: next is below the length
    const around = found[next];
    if (around !== undefined && around.start <= at) continue;
    let start = at;
    while (start > at - protocolLengthMax && isLetter(text.charCodeAt(start - 1))) start--;
    if (start === at) continue;
    const length = text.slice(at).search(endOfLink);
    const end = length === -1 ? text.length : at + length;
    spans.push({ value: text.slice(start, end), start, end });
    at = end;
  }
  return spans;
}

/** Whether the code unit is a-z or A-Z; false for NaN. */
const isLetter = (code: number) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

/** Merges spans that overlap. */
function withoutOverlap(spans: readonly Span[]): readonly Span[] {
  const apart: Span[] = [];
  for (const span of spans) {
    const last = apart.at(-1);
    if (last === undefined || span.start >= last.end) apart.push(span);
    else if (span.end > last.end) apart[apart.length - 1] = { ...last, end: span.end };
  }
  return apart;
}
