import { daysBetween } from '../search-params/days.ts';

/** The number of days between the first and last post of each page's stream, by the page's path. */
const spans = new Map<string, number>();
const listeners = new Set<() => void>();

/** `/x/NASA` and `/x/nasa` are the same page. */
const keyOf = (path: string): string => path.toLowerCase();

/** Stores the days that the posts of a page's stream span: the range "all" chooses its step from them. */
export function noteSpan(path: string, earliest: string | null, latest: string | null): void {
  if (earliest === null || latest === null) return;
  const days = daysBetween(earliest.slice(0, 10), latest.slice(0, 10)) + 1;
  if (spans.get(keyOf(path)) === days) return;
  spans.set(keyOf(path), days);
  for (const listener of listeners) listener();
}

/** Returns the days that the posts of a page's stream span; null before a response. */
export const spanOf = (path: string): number | null => spans.get(keyOf(path)) ?? null;

/** Calls the listener whenever a page's span changes. Returns a function that removes the listener. */
export function onSpan(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
