/**
 * The path of figures over time, as steps: a figure holds until another one is seen. Null makes a gap. Unlike in a
 * sparkline, distances are proportional to time.
 */
export function historyPath(
  times: readonly number[],
  values: readonly (number | null)[],
  width: number,
  height: number,
): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  const begin = Math.min(...times);
  const length = Math.max(1, Math.max(...times) - begin);
  const least = Math.min(...known);
  const span = Math.max(...known) - least;
  const x = (at: number) => (1 + ((at - begin) / length) * (width - 2)).toFixed(1);
  const y = (value: number) =>
    (span === 0 ? height / 2 : height - 2 - ((value - least) / span) * (height - 4)).toFixed(1);
  let isDown = false;
  let path = '';
  values.forEach((value, index) => {
    if (value !== null)
      path += isDown
        ? `H${x(times[index] ?? begin)}V${y(value)}`
        : `M${x(times[index] ?? begin)} ${y(value)}`;
    isDown = value !== null;
  });
  return path;
}
