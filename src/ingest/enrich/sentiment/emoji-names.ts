import { requireData } from '../require-data.ts';

type EmojiData = Readonly<Record<string, { readonly name: string }>>;

function readNames(): ReadonlyMap<number, readonly string[]> {
  const data = requireData('unicode-emoji-json/data-by-emoji.json') as EmojiData; // safe: its documented shape
  const names = new Map<number, readonly string[]>();
  for (const [emoji, { name }] of Object.entries(data)) {
    const [first, ...rest] = [...emoji].filter((character) => character !== '\uFE0F');
    if (first !== undefined && rest.length === 0)
      names.set(first.codePointAt(0) ?? 0, name.toLowerCase().split(' '));
  }
  return names;
}

/** The words of an emoji's Unicode name, by code point: VADER reads 😂 as "face with tears of joy". */
export const emojiNames: ReadonlyMap<number, readonly string[]> = readNames();
