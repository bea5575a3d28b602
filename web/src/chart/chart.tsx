import { lazy, Suspense, useLayoutEffect, useState } from 'react';
import { BarsSkeleton } from '../ui/skeleton.tsx';
import type { ChartProps } from './chart-canvas.tsx';
import { noteDue } from './due.ts';

let loading: Promise<typeof import('./chart-canvas.tsx')> | undefined;
/** What draws charts, once it is there. */
let Loaded: typeof import('./chart-canvas.tsx').default | undefined;

/** Loads what charts are drawn with, before one is shown: call it in a route's loader. Resolves when it is there. */
export async function preloadCharts(): Promise<void> {
  loading ??= import('./chart-canvas.tsx');
  try {
    Loaded = (await loading).default;
  } catch {
    // The shown chart loads it again, and reports the error.
    loading = undefined;
  }
}

const Canvas = lazy(() => loading ?? import('./chart-canvas.tsx'));

/** A chart. What it is drawn with is loaded when the first one is shown; its place is kept until then. */
export function Chart(props: ChartProps) {
  // At once when it can be: what is lazy is made in a second turn, also when all of it is there. The same one from then on.
  const [Now] = useState(() => Loaded);
  if (Now !== undefined) return <Now {...props} />;
  return (
    <Suspense fallback={<Waiting height={props.height} />}>
      <Canvas {...props} />
    </Suspense>
  );
}

/** The place of a chart whose code is on its way: the page waits for it. */
function Waiting({ height }: { height: number }) {
  useLayoutEffect(noteDue, []);
  return <BarsSkeleton height={height} />;
}

export type { ChartHandle, ChartProps } from './chart-canvas.tsx';
