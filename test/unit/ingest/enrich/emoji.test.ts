import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findEmoji } from '../../../../src/ingest/enrich/emoji.ts';

type Listed = { readonly skin_tone_support: boolean };
const listed = createRequire(import.meta.url)('unicode-emoji-json/data-by-emoji.json') as Record<
  string,
  Listed
>;

const tones = ['', '\u{1F3FB}', '\u{1F3FE}'];
// The compiler's target has no `v` yet, but Node 20 has it.
const ofUnicode = String.raw`^\p{RGI_Emoji}$`;
const recommended = new RegExp(ofUnicode, 'v');

/** The same people with each skin tone that Unicode recommends: it replaces the selector. */
function toned(emoji: string): string[] {
  const parts = emoji.split('\u200D');
  const variants = tones.flatMap((a) => tones.flatMap((b) => tones.map((c) => [a, b, c])));
  return variants
    .map((skins) =>
      parts.map((part, at) =>
        part.replace(/^(.)\uFE0F?/u, (all, person) => (skins[at] ? person + skins[at] : all)),
      ),
    )
    .map((people) => people.join('\u200D'))
    .filter((variant) => variant !== emoji && recommended.test(variant));
}

const all = Object.entries(listed).flatMap(([emoji, { skin_tone_support }]) =>
  skin_tone_support ? [emoji, ...new Set(toned(emoji))] : [emoji],
);

const bare = (emoji: string) => emoji.replaceAll('\uFE0F', '');
const code = (text: string) => [...text].map((one) => one.codePointAt(0)?.toString(16)).join(' ');

/** Characters of ordinary text that are emoji only with their selector. */
const signs = new Set(all.filter((emoji) => findEmoji(bare(emoji)).length === 0));

/** Without selectors, and with one or two after any of its characters, or after all. */
function written(emoji: string): string[] {
  const characters = [...bare(emoji)];
  const places = characters.map((_, at) => at + 1);
  const put = (at: number, mark: string) =>
    [...characters.slice(0, at), mark, ...characters.slice(at)].join('');
  return [
    emoji,
    ...(signs.has(emoji) ? [] : [bare(emoji)]),
    ...places.flatMap((at) => [put(at, '\uFE0F'), put(at, '\uFE0F\uFE0F')]),
    characters.map((character) => `${character}\uFE0F`).join(''),
  ];
}

describe("Unicode's list of emoji", () => {
  test('each is one emoji, in its fully qualified form, wherever U+FE0F is', () => {
    const wrong = all.flatMap((emoji) =>
      written(emoji).flatMap((form) => {
        const found = findEmoji(`a${form}b`);
        return found.length === 1 && found[0] === emoji
          ? []
          : [`${code(form)}: ${found.map(code).join(', ')}`];
      }),
    );
    expect(wrong).toEqual([]);
    expect(all.length).toBeGreaterThan(2_500);
  });

  test('only characters of ordinary text need U+FE0F', () => {
    expect([...signs].map(bare).filter((sign) => !/^[\xA9\xAE\u2000-\u3299]$/.test(sign))).toEqual([]);
    expect(signs.size).toBeLessThan(50);
  });

  test('none is an emoji with U+FE0E', () => {
    const single = all.filter((emoji) => [...bare(emoji)].length === 1);
    expect(single.filter((emoji) => findEmoji(`${bare(emoji)}\uFE0E`).length > 0)).toEqual([]);
  });
});

/** Text that cannot join with an emoji beside it. */
const around = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .filter(
    (text) =>
      !/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{RI}|[\u200D\uFE0E\uFE0F\u20E3]|[\u{E0020}-\u{E007F}]/u.test(
        text,
      ),
  );
const strung = fc.array(
  fc
    .constantFrom(...all)
    .chain((emoji) => fc.constantFrom(...written(emoji)).map((form) => ({ emoji, form }))),
  { maxLength: 8 },
);

test('strings of emoji are split in the same way whatever is around them', () => {
  fc.assert(
    fc.property(strung, around, around, (emoji, before, after) => {
      const text = before + emoji.map(({ form }) => form).join('') + after;
      expect(findEmoji(text)).toEqual([...new Set(emoji.map((one) => one.emoji))]);
    }),
    { numRuns: 2_000 },
  );
});
