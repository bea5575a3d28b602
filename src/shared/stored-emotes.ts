import type { ChatEmote } from './post.ts';

/**
 * An emote as it is stored: an address of Twitch's own pictures is its id, which makes half of what a message with an emote
 * takes. Rows of before have the address.
 */
export type StoredEmote = { readonly name: string; readonly id?: string; readonly imageUrl?: string | null };

const before = 'https://static-cdn.jtvnw.net/emoticons/v2/';
const after = '/default/dark/2.0';

/** Emotes as JSON text for the store; null without any. Their places in the text are left out. */
export function packEmotes(emotes: readonly ChatEmote[]): string | null {
  return emotes.length === 0 ? null : JSON.stringify(emotes.map(packEmote));
}

function packEmote({ name, imageUrl }: ChatEmote): StoredEmote {
  if (imageUrl === null) return { name };
  const id = imageUrl.slice(before.length, -after.length);
  return `${before}${id}${after}` === imageUrl ? { name, id } : { name, imageUrl };
}

/** Emotes as the store has them, with the addresses of their pictures. */
export const unpackEmotes = (emotes: readonly StoredEmote[] | null): readonly ChatEmote[] =>
  (emotes ?? []).map(({ name, id, imageUrl = null }) => ({
    name,
    imageUrl: id === undefined ? imageUrl : `${before}${id}${after}`,
  }));
