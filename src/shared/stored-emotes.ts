import type { ChatEmote } from './post.ts';

/**
 * An emote as it is stored. The address of a Twitch picture is stored as its id, which halves the size of a message
 * with an emote. Older rows have the address.
 */
export type StoredEmote = { readonly name: string; readonly id?: string; readonly imageUrl?: string | null };

const before = 'https://static-cdn.jtvnw.net/emoticons/v2/';
const after = '/default/dark/2.0';

/** Encodes emotes as JSON text for the store; null without emotes. Drops their positions in the text. */
export function packEmotes(emotes: readonly ChatEmote[]): string | null {
  return emotes.length === 0 ? null : JSON.stringify(emotes.map(packEmote));
}

function packEmote({ name, imageUrl }: ChatEmote): StoredEmote {
  if (imageUrl === null) return { name };
  const id = imageUrl.slice(before.length, -after.length);
  return `${before}${id}${after}` === imageUrl ? { name, id } : { name, imageUrl };
}

/** Decodes stored emotes and restores the addresses of their pictures. */
export const unpackEmotes = (emotes: readonly StoredEmote[] | null): readonly ChatEmote[] =>
  (emotes ?? []).map(({ name, id, imageUrl = null }) => ({
    name,
    imageUrl: id === undefined ? imageUrl : `${before}${id}${after}`,
  }));

/** Caches names by their JSON text: a chat repeats the same few emotes. */
const named = new Map<string, readonly string[]>();
const namedMax = 2_000;
/** Longest cached text, in UTF-16 units: a few emotes. */
const namedLength = 200;

/** Returns the names of the emotes in JSON text by `packEmotes`, in order, including repetitions. */
export function emoteNamesIn(emotes: string): readonly string[] {
  const known = named.get(emotes);
  if (known !== undefined) return known;
  const names = (JSON.parse(emotes) as readonly StoredEmote[]).map(({ name }) => name); // safe: our own rows
  if (emotes.length > namedLength) return names;
  if (named.size >= namedMax) named.clear();
  named.set(emotes, names);
  return names;
}

/**
 * Returns SQL for the names of a message's emotes as an array; null without emotes. `of`: 'all' in order, including repetitions; or each
 * once. One emote is read without the function that makes rows of them, which takes five times as long.
 */
export const emoteNamesOf = (emotes: string, of: 'all' | 'distinct'): string =>
  `case when ${emotes} is null then null when json_array_length(${emotes}) = 1 then array[${emotes} -> 0 ->> 'name']
    else (select array_agg(${of} e ->> 'name') from json_array_elements(${emotes}) e) end`;
