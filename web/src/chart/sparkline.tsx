/** A small line without axes. Gaps stay gaps. It is decorative: the numbers are next to it. */
export function Sparkline(props: { values: readonly (number | null)[]; width?: number; height?: number }) {
  const { values, width = 52, height = 16 } = props;
  return (
    <svg
      aria-hidden="true"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="shrink-0 text-prev"
    >
      <path
        d={sparkPath(values, width, height)}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}

/** The path of a sparkline; null makes a gap. Equal values give a flat line in the middle. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return '';
  const least = Math.min(...known);
  const span = Math.max(...known) - least;
  const x = (index: number) =>
    values.length === 1 ? width / 2 : 1 + (index / (values.length - 1)) * (width - 2);
  const y = (value: number) =>
    span === 0 ? height / 2 : height - 1.5 - ((value - least) / span) * (height - 3);
  let isDown = false;
  let path = '';
  values.forEach((value, index) => {
    if (value !== null) path += `${isDown ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = value !== null;
  });
  return path;
}
