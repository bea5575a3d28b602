import type { ChatEmote } from '../../shared/post.ts';

/** Chatters append this invisible character to evade the filter of repeated messages. */
const filler = '\u{E0000}';

/** Removes fillers, and the spaces that they leave at the end; moves the emotes accordingly. */
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
