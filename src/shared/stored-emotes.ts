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

/** Names by the JSON text that has them: in a chat the same few emotes come again and again. */
const named = new Map<string, readonly string[]>();
const namedMax = 2_000;
/** UTF-16 units of a text that is kept: of a few emotes. */
const namedLength = 200;

/** The name of each emote in JSON text as `packEmotes` makes it, in order; one that stands twice is there twice. */
export function emoteNamesIn(emotes: string): readonly string[] {
  const known = named.get(emotes);
  if (known !== undefined) return known;
  const names = (JSON.parse(emotes) as readonly StoredEmote[]).map(({ name }) => name); // safe: our own rows
  if (emotes.length > namedLength) return names;
  if (named.size >= namedMax) named.clear();
  named.set(emotes, names);
  return names;
}
