/** How a text feels, with the sentence that the API says of each. */
export const sentimentLabels = {
  POSITIVE: { description: 'A score from 0.05 up.' },
  NEUTRAL: { description: 'A score between -0.05 and 0.05.' },
  NEGATIVE: { description: 'A score from -0.05 down.' },
} as const;
export type SentimentLabel = keyof typeof sentimentLabels;

/** The score at and above which a text counts as positive; its negative bounds the negative ones (VADER's own). */
const sentimentThreshold = 0.05;

/** The class of a score from -1 to 1: positive from 0.05 up, negative from -0.05 down, neutral between them. */
export function sentimentLabel(score: number): SentimentLabel {
  if (score >= sentimentThreshold) return 'POSITIVE';
  return score <= -sentimentThreshold ? 'NEGATIVE' : 'NEUTRAL';
}
