import { embedRoot } from './shared.ts';

/** The address that is shared: of a page itself, or of the one that other sites may frame, of a card where one is named. */
export function sharedPath(path: string, { embed, card }: { embed: boolean; card: string | null }): string {
  if (!embed) return path;
  const url = new URL(path, 'http://here');
  if (card !== null) url.searchParams.set('card', card);
  return `${embedRoot}${url.pathname}${url.search}`;
}

/** What another site writes to show it. */
export const frameOf = (url: string): string =>
  `<iframe src="${url.replaceAll('&', '&amp;')}" width="720" height="360" style="border:0" loading="lazy" title="larkstat"></iframe>`;
