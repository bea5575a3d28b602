import type { ChatEmote } from '../../shared/post.ts';

/** Chatters append this invisible character to get round the filter of repeated messages. */
const filler = '\u{E0000}';

/** A message without fillers and the spaces that they leave at its end; its emotes stand where they stood. */
export function withoutFiller(
  text: string,
  emotes: readonly ChatEmote[],
): { readonly text: string; readonly emotes: readonly ChatEmote[] } {
  if (!text.includes(filler)) return { text, emotes };
  const moved = emotes.map((emote) => ({
    ...emote,
    start: text.slice(0, emote.start).replaceAll(filler, '').length,
  }));
  return { text: text.replaceAll(filler, '').trimEnd(), emotes: moved };
}
