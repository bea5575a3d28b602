import { noItems } from '../../shared/lists.ts';

/** A term in a text: its value without sigil, and its position in UTF-16 units, end exclusive. */
export type Span = { readonly value: string; readonly start: number; readonly end: number };

/** The empty list, shared because most texts contain no such term. */
export const noSpans: readonly Span[] = noItems;

/** The spans that do not start inside a link. Both lists are in text order. */
export function outsideOf(links: readonly Span[], spans: readonly Span[]): readonly Span[] {
  if (links.length === 0 || spans.length === 0) return spans;
  const outside: Span[] = [];
  let next = 0;
  for (const span of spans) {
    while (next < links.length && (links[next] as Span).end <= span.start) next++;
    const link = links[next];
    if (link === undefined || span.start < link.start) outside.push(span);
  }
  return outside;
}

/** Merges lists of spans in text order. */
export function inOrder(...lists: readonly (readonly Span[])[]): readonly Span[] {
  const filled = lists.filter((list) => list.length > 0);
  if (filled.length <= 1) return filled[0] ?? noSpans;
  return filled.flat().sort((a, b) => a.start - b.start);
}

/** The text with each span replaced by a space. */
export function withoutSpans(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let rest = '';
  let from = 0;
  for (const { start, end } of spans) {
    if (start > from) rest += text.slice(from, start);
    rest += ' ';
    if (end > from) from = end;
  }
  return rest + text.slice(from);
}
