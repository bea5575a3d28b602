import { cn } from '../ui/cn.ts';

/** What a mark of a chart means. */
export type LegendMark = 'measured' | 'estimated' | 'in progress' | 'cut' | 'before' | 'mean' | 'unknown';

const looks: Record<LegendMark, string> = {
  measured: 'size-2.5 rounded-[2px] bg-c1',
  estimated: 'size-2.5 rounded-[2px] hatch text-c1',
  'in progress': 'size-2.5 rounded-[2px] bg-c1/35 outline-1 outline-dashed outline-c1 -outline-offset-1',
  cut: 'size-2.5 rounded-[2px] bg-c1/45',
  before: 'h-0.5 w-3.5 bg-fg-2',
  mean: 'h-0.5 w-3.5 bg-c2',
  unknown: 'size-2.5 rounded-[2px] bg-surface-2 outline-1 outline-line-strong -outline-offset-1',
};

/** The marks that a chart uses, and their meaning; `names` says it in the chart's own words: "year before". */
export function Legend({
  marks,
  names = {},
}: {
  marks: readonly LegendMark[];
  names?: Partial<Record<LegendMark, string>>;
}) {
  return (
    <ul className="flex flex-wrap items-center gap-x-3 gap-y-1 text-axis text-fg-2">
      {marks.map((mark) => (
        <li key={mark} className="inline-flex items-center gap-1.5">
          <span aria-hidden className={looks[mark]} />
          {names[mark] ?? mark}
        </li>
      ))}
    </ul>
  );
}

/** A ramp of amounts with numbers at its ends: more is darker in one theme, and brighter in the other. */
export function Ramp({ from, to, steps = 6 }: { from: string; to: string; steps?: 5 | 6 }) {
  const colours = ['bg-s0', 'bg-s1', 'bg-s2', 'bg-s3', 'bg-s4', 'bg-s5'].slice(0, steps);
  return (
    <p className="nums flex items-center justify-end gap-1 text-axis text-fg-2">
      <span className="mr-1">{from}</span>
      {colours.map((colour) => (
        <span key={colour} aria-hidden className={cn('size-2.5 rounded-[2px]', colour)} />
      ))}
      <span className="ml-1">{to}</span>
    </p>
  );
}

/** The ramp of sentiment, from negative to positive. */
export function MoodRamp() {
  return (
    <p className="flex items-center justify-end gap-1 text-axis text-fg-2">
      <span className="mr-1">negative</span>
      {['bg-d-3', 'bg-d-2', 'bg-d-1', 'bg-d0', 'bg-d1', 'bg-d2', 'bg-d3'].map((colour) => (
        <span key={colour} aria-hidden className={cn('size-2.5 rounded-[2px]', colour)} />
      ))}
      <span className="ml-1">positive</span>
    </p>
  );
}
