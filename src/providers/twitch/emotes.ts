import type { ChatEmote } from '../../shared/post.ts';

/** Returns the address of the picture of one of Twitch's own emotes. */
export const emotePicture = (id: string): string =>
  `https://static-cdn.jtvnw.net/emoticons/v2/${encodeURIComponent(id)}/default/dark/2.0`;

/** Most emotes that are read of one message: its 500 characters hold fewer. */
const emotesMax = 500;

/**
 * Reads the `emotes` tag, `id:start-end,start-end/id:…`, and returns the emotes in the order of the text. Positions
 * count code points and include both ends. Twitch sends positions beyond the text, which are left out.
 */
export function readEmotes(tag: string, text: string): readonly ChatEmote[] {
  if (tag === '') return [];
  const offsets = codePointOffsets(text);
  const found = new Map<number, ChatEmote>();
  for (const entry of tag.split('/')) {
    const mark = entry.indexOf(':');
    if (mark <= 0) continue;
    const imageUrl = emotePicture(entry.slice(0, mark));
    for (const range of entry.slice(mark + 1).split(',')) {
      if (found.size === emotesMax) return inOrder(found);
      const emote = emoteAt(text, offsets, range);
      if (emote !== null) found.set(emote.start, { ...emote, imageUrl });
    }
  }
  return inOrder(found);
}

function emoteAt(
  text: string,
  offsets: readonly number[],
  range: string,
): { readonly name: string; readonly start: number } | null {
  const match = /^(\d{1,6})-(\d{1,6})$/.exec(range);
  if (match === null || Number(match[1]) > Number(match[2])) return null;
  const [start, end] = [offsets[Number(match[1])], offsets[Number(match[2]) + 1]];
  if (start === undefined || end === undefined) return null;
  const name = text.slice(start, end);
  // An emote is one word.
  return /\s/.test(name) ? null : { name, start };
}

/** The start of each code point in UTF-16 units, and the end of the last one. */
function codePointOffsets(text: string): readonly number[] {
  const offsets = [0];
  let at = 0;
  for (const character of text) {
    at += character.length;
    offsets.push(at);
  }
  return offsets;
}

const inOrder = (found: ReadonlyMap<number, ChatEmote>): readonly ChatEmote[] =>
  [...found].sort(([a], [b]) => a - b).map(([, emote]) => emote);
