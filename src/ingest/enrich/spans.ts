import { noItems } from '../../shared/lists.ts';

/** A term in a text: its value without sigil, and where it stands, in UTF-16 units, half-open. */
export type Span = { readonly value: string; readonly start: number; readonly end: number };

/** What is found in most texts: one list for all of them. */
export const noSpans: readonly Span[] = noItems;

/** The spans that do not start inside one of the links. Both lists in order of the text. */
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

/** Several lists of spans as one, in order of the text. */
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
