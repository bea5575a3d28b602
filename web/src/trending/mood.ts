/** The colour token for a mean score from −1 to 1, with thresholds at ±0.05; none without a score. */
export function moodColour(value: number | null): string {
  if (value === null) return 'transparent';
  if (Math.abs(value) < 0.05) return 'var(--d0)';
  const step = Math.abs(value) < 0.2 ? 1 : Math.abs(value) < 0.5 ? 2 : 3;
  return `var(--d${value < 0 ? '-' : ''}${step})`;
}
