const selectors = /\uFE0F+/g;
const textByDefault = /(?!\p{Emoji_Presentation})\p{Emoji}(?!\p{Emoji_Modifier})/gu;

/**
 * The one form of an emoji that is counted, which Unicode calls fully qualified: U+FE0F stands behind each character
 * that is text by default and has no skin tone, and nowhere else. ❤ and ❤️ are one, ☕ and ☕️ too.
 */
export function qualifiedEmoji(written: string): string {
  return written.replace(selectors, '').replace(textByDefault, '$&\uFE0F');
}
