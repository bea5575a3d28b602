/** A few bars without axes, the last one in colour: the last windows of a trend. The numbers are shown next to it. */
export function MiniBars(props: { values: readonly number[]; width?: number; height?: number }) {
  const { values, width = 72, height = 20 } = props;
  const most = Math.max(1, ...values);
  const step = width / Math.max(1, values.length);
  return (
    <svg
      aria-hidden="true"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="shrink-0"
    >
      {values.map((value, index) => {
        // Zero is drawn as a base line, to distinguish a quiet window from a missing one.
        const tall = value === 0 ? 1 : Math.max(2, (value / most) * height);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars stand in the order of the windows
            key={index}
            x={index * step + 1}
            y={height - tall}
            width={step - 2}
            height={tall}
            rx={Math.min(1.5, tall / 2)}
            className={index === values.length - 1 ? 'fill-c1' : 'fill-prev/50'}
          />
        );
      })}
    </svg>
  );
}
