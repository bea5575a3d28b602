import { noItems } from '../../shared/lists.ts';
import { qualifiedEmoji } from '../../shared/emoji.ts';

// U+FE0F selects the emoji form. Phones omit it, double it, or put it before or after a skin tone. So each pattern
// accepts it anywhere between the parts of an emoji.
const tone = String.raw`(?:\uFE0F*\p{Emoji_Modifier})?`;
const tags = String.raw`(?:\uFE0F*[\u{E0020}-\u{E007E}][\uFE0F\u{E0020}-\u{E007E}]*\u{E007F})?`;
const noText = String.raw`(?!\uFE0F*\uFE0E)`;
const first = String.raw`(?!\p{RI}|[#*0-9])(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F|[\u23E9-\u23FA\u2600-\u27BF\u{1F000}-\u{1FAFF}](?<=\p{Emoji}))`;
const joined = String.raw`(?:\uFE0F*\u200D\uFE0F*\p{Extended_Pictographic}${noText}${tone})*`;
const emoji = new RegExp(
  String.raw`[#*0-9]\uFE0F*\u20E3|\p{RI}\uFE0F*\p{RI}|${first}${noText}${tone}${tags}${joined}`,
  'gu',
);

// Any code unit that can start or end an emoji. Curly quotes, dashes and the ellipsis are below this range.
const hint = /[\u203c-\u3299\ud83c-\ud83e]|[\xa9\xae]\ufe0f/;
/**
 * The distinct emoji of a text as whole graphemes (families, flags, skin tones, keycaps), in order of first use. ©, ™,
 * arrows and digits count only with their selector. The symbols of U+2600 to U+27BF, media buttons and the pictographs
 * from U+1F000 count without it, since platforms show them as emoji. A character with U+FE0E is text.
 */
export function findEmoji(text: string): readonly string[] {
  if (!hint.test(text)) return noItems;
  const found = new Set<string>();
  for (const [written] of text.matchAll(emoji)) found.add(qualifiedEmoji(written));
  return [...found];
}
