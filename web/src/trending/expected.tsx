import { expectedText } from './figures.ts';

/** The posts of a window as a bar, with a tick at the expected number; all rows share one scale. */
export function ExpectedBar(props: { count: number; expected: number; most: number }) {
  const { count, expected, most } = props;
  const share = (value: number) => `${Math.min(100, (value / Math.max(1, most)) * 100)}%`;
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="relative h-2 min-w-10 flex-1 rounded-[2px] bg-surface-2">
        <span className="absolute inset-y-0 left-0 rounded-[2px] bg-c1/70" style={{ width: share(count) }} />
        <span className="-inset-y-1 -ml-px absolute w-0.5 bg-fg-2" style={{ left: share(expected) }} />
      </span>
      <span className="nums w-9 text-right text-fg-2">{expectedText(expected)}</span>
    </span>
  );
}
