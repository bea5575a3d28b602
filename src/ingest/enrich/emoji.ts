// One element, then what may join it to a family: skin tone or variation selector, tags of a subdivision flag, ZWJ.
const element = String.raw`(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|[\u23E9-\u23FA\u2600-\u27BF\u{1F000}-\u{1FAFF}](?<=\p{Emoji})(?!\uFE0E)|\p{Emoji_Modifier_Base})(?:\p{Emoji_Modifier}|\uFE0F)?(?:[\u{E0020}-\u{E007E}]+\u{E007F})?`;
const joined = String.raw`(?:\u200D(?:\p{Extended_Pictographic}[\p{Emoji_Modifier}\uFE0F]?))*`;
const emoji = new RegExp(
  String.raw`[#*0-9]\uFE0F?\u20E3|\p{RI}\p{RI}|(?!\p{RI}|[#*0-9])${element}${joined}`,
  'gu',
);

// Everything that can be, or can end, an emoji; curly quotes, dashes and the ellipsis lie below it.
const hint = /[\u203c-\u3299\ud83c-\ud83e]|[\xa9\xae]\ufe0f/;
const single = /^(.)\uFE0F*$/u;
const presentedAsEmoji = /^\p{Emoji_Presentation}$/u;

/** ❤ and ❤️ are one emoji, and so are ☕ and ☕️: the selector stands where the character is text by default, once. */
function canonical(grapheme: string): string {
  const character = single.exec(grapheme)?.[1];
  if (character === undefined) return grapheme.replace(/\uFE0F+/g, '\uFE0F');
  return presentedAsEmoji.test(character) ? character : `${character}\uFE0F`;
}

/**
 * The emoji of a text as whole graphemes (families, flags, skin tones, keycaps), distinct, in order of first use.
 * ©, ™, arrows and digits are emoji only with their selector; the symbols of U+2600 to U+27BF, the buttons of players
 * and the pictographs beyond U+1F000 are shown as emoji by the platforms and count without it.
 */
export function findEmoji(text: string): readonly string[] {
  if (!hint.test(text)) return [];
  const found = new Set<string>();
  for (const [grapheme] of text.matchAll(emoji)) found.add(canonical(grapheme));
  return [...found];
}
