const selectors = /\uFE0F+/g;
const textByDefault = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;

/**
 * Returns the form of an emoji that is counted, Unicode's fully qualified one: U+FE0F follows each character that is
 * text by default and has no skin tone, and nothing else. So ❤ and ❤️ are the same, and ☕ and ☕️.
 */
export function qualifiedEmoji(written: string): string {
  return written.replace(selectors, '').replace(textByDefault, '$&\uFE0F');
}
