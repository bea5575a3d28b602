/** About the square of the largest sum that a text reaches. */
const spread = 15;

/** A sum of intensities as a score from -1 to 1, with four decimals. */
export function normalised(sum: number): number {
  const score = sum / Math.sqrt(sum * sum + spread);
  return Math.round(score * 10_000) / 10_000 + 0; // + 0 avoids a negative zero
}

function countOf(text: string, mark: string, atMost: number): number {
  let count = 0;
  for (let at = text.indexOf(mark); at !== -1 && count < atMost; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

/** How much exclamation marks (up to four) and question marks (two or more) add to the absolute sum. */
export function punctuationEmphasis(text: string): number {
  const questions = countOf(text, '?', 4);
  const doubt = questions > 3 ? 0.96 : questions > 1 ? questions * 0.18 : 0;
  return countOf(text, '!', 4) * 0.292 + doubt;
}
