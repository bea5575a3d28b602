/**
 * How people feel in posts with an emoji, in hundredths from -100 to 100: the faces, hearts, hands and festive symbols
 * that occur in at least 150 tweets of the Emoji Sentiment Ranking 1.0 (P. Kralj Novak, J. Smailović, B. Sluban, I.
 * Mozetič, 2015, http://hdl.handle.net/11356/1048). That work is licensed under CC BY-SA 4.0, and so is this table,
 * unlike the rest of the project. README.md says what is left out.
 */
const rated = `
  ❤75 ♥66 ♡67 💕63 💖71 💜65 💙73 💗66 💞74 💛71 💚66 💘68 💓66 💝64 💋69 💔-12
  😂22 😍68 😭-9 😘70 😊64 😁45 ☺66 😩-37 😏33 😉46 🙈43 😄42 😒-37 😃56 😔-15 😜45 😡-17 😎49 😋63 🙊46 😴-8 😌48
  😞-12 😆41 😝42 😪-8 😫-14 💀-21 😀57 😚71 😙78 😛60 😻62 😕-40 😤-21 😈27 😑-31 😠-30 😓-8 😣-21 😐-39 😨-14 😖-15
  😷-17 👌56 👏52 👍52 🙏42 ✌46 🙌56 💪55 👊23 👋41 ✊43 👎-19 🎉74 🎊72 🎁76 🎈72 🎂61 🏆73 ✨35 🌟33`;

/** Newer emoji, after the ranked one that they resemble. */
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
 * What an emoji, by its first code point, adds to the sum of intensities; 0 for one without feeling. It measures the
 * feeling of the people who use it. Its name only describes the picture (💓 is "beating heart", ♋ "Cancer").
 */
export function feelingOf(codePoint: number): number {
  return feelings.get(codePoint) ?? 0;
}

/** Whether the UTF-16 unit belongs to a symbol or pictograph. Those separate words, with or without a feeling. */
export function isPictograph(code: number): boolean {
  return (code >= 0x203c && code <= 0x2bff) || (code >= 0xd83c && code <= 0xd83e);
}
