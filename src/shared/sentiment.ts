/** The classes of sentiment, with the API's descriptions. */
export const sentimentLabels = {
  POSITIVE: { description: 'A score from 0.05 up.' },
  NEUTRAL: { description: 'A score between -0.05 and 0.05.' },
  NEGATIVE: { description: 'A score from -0.05 down.' },
} as const;
export type SentimentLabel = keyof typeof sentimentLabels;

/** From this score on, a text is positive; its negative is the bound of negative texts (VADER's thresholds). */
const sentimentThreshold = 0.05;

/** Returns the class of a score: positive from 0.05 up, negative from -0.05 down, neutral in between. */
export function sentimentLabel(score: number): SentimentLabel {
  if (score >= sentimentThreshold) return 'POSITIVE';
  return score <= -sentimentThreshold ? 'NEGATIVE' : 'NEUTRAL';
}
