const names = [
  'bg',
  'surface',
  'surface-2',
  'raised',
  'line',
  'line-strong',
  'fg',
  'fg-2',
  'fg-3',
  'brand',
  'pos',
  'neg',
  'grid',
  'prev',
  'c1',
  'c2',
  'c3',
  'c4',
  'c5',
  'c6',
  'c7',
  'c8',
  's0',
  's1',
  's2',
  's3',
  's4',
  's5',
  'd-3',
  'd-2',
  'd-1',
  'd0',
  'd1',
  'd2',
  'd3',
] as const;

/** The tokens of the theme as plain colours: a canvas cannot read `var(--x)`. */
export type Colours = Readonly<Record<(typeof names)[number], string>>;

/** Reads the colours of the current theme. */
export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  // safe: every name is given a value
  return Object.fromEntries(
    names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Colours;
}

/** A colour with an opacity of 0 to 1. */
export function faded(hex: string, opacity: number): string {
  return `${hex}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

/** The colours of up to eight series, by their slot; grey for others. */
export function seriesColour(colours: Colours, slot: number): string {
  const series = [
    colours.c1,
    colours.c2,
    colours.c3,
    colours.c4,
    colours.c5,
    colours.c6,
    colours.c7,
    colours.c8,
  ];
  return series[slot] ?? colours.prev;
}
