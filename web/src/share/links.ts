import { embedRoot } from './shared.ts';

/** The path to share: the page itself or its embeddable form, with a card when one is named. */
export function sharedPath(path: string, { embed, card }: { embed: boolean; card: string | null }): string {
  if (!embed) return path;
  const url = new URL(path, 'http://here');
  if (card !== null) url.searchParams.set('card', card);
  return `${embedRoot}${url.pathname}${url.search}`;
}

/** The HTML that another site embeds. */
export const frameOf = (url: string): string =>
  `<iframe src="${url.replaceAll('&', '&amp;')}" width="720" height="360" style="border:0" loading="lazy" title="larkstat"></iframe>`;
