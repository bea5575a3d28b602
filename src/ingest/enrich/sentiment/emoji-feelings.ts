/**
 * How posts with an emoji feel, in hundredths from -100 to 100: the faces, hearts, hands and signs of feasts that stand
 * in at least 150 tweets of the Emoji Sentiment Ranking 1.0 (P. Kralj Novak, J. Smailović, B. Sluban, I. Mozetič, 2015,
 * http://hdl.handle.net/11356/1048). That work is under CC BY-SA 4.0, and so is this table, apart from the rest of the
 * project. README.md says what is left out.
 */
const rated = `
  ❤75 ♥66 ♡67 💕63 💖71 💜65 💙73 💗66 💞74 💛71 💚66 💘68 💓66 💝64 💋69 💔-12
  😂22 😍68 😭-9 😘70 😊64 😁45 ☺66 😩-37 😏33 😉46 🙈43 😄42 😒-37 😃56 😔-15 😜45 😡-17 😎49 😋63 🙊46 😴-8 😌48
  😞-12 😆41 😝42 😪-8 😫-14 💀-21 😀57 😚71 😙78 😛60 😻62 😕-40 😤-21 😈27 😑-31 😠-30 😓-8 😣-21 😐-39 😨-14 😖-15
  😷-17 👌56 👏52 👍52 🙏42 ✌46 🙌56 💪55 👊23 👋41 ✊43 👎-19 🎉74 🎊72 🎁76 🎈72 🎂61 🏆73 ✨35 🌟33`;

/** Emoji of after the ranking, behind the one that they are drawn after. */
const kin = [
  '💛🧡🤍🤎🖤🩷🩵🩶❣',
  '😂🤣',
  '😍🥰🤩',
  '😊🤗',
  '😀🙂',
  '🎉🥳',
  '❤🫶',
  '😡🤬',
  '😕🙁☹',
  '😒🙄',
  '👎🖕',
];

/** VADER rates words from -4 to 4. */
const scale = 4 / 100;

function readFeelings(): ReadonlyMap<number, number> {
  const feelings = new Map<number, number>();
  for (const [, emoji, score] of rated.matchAll(/(\P{ASCII})(-?\d+)/gu))
    feelings.set(codeOf(emoji), Number(score) * scale);
  for (const [first, ...others] of kin.map((emoji) => [...emoji]))
    for (const other of others) feelings.set(codeOf(other), feelings.get(codeOf(first)) as number);
  return feelings;
}

const codeOf = (emoji: string | undefined): number => emoji?.codePointAt(0) as number; // safe: it is never empty

const feelings = readFeelings();

/**
 * What an emoji adds to a text's sum of intensities, by its first code point; 0 for one that tells no feeling. It is
 * what people feel who write it: its name says what is drawn (💓 is "beating heart", ♋ "Cancer").
 */
export function feelingOf(codePoint: number): number {
  return feelings.get(codePoint) ?? 0;
}

/** Whether the character at a UTF-16 unit is a sign or pictograph: it parts words, with or without a feeling. */
export function isPictograph(code: number): boolean {
  return (code >= 0x203c && code <= 0x2bff) || (code >= 0xd83c && code <= 0xd83e);
}
