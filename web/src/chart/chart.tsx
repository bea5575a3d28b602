import { lazy, Suspense, useLayoutEffect } from 'react';
import { BarsSkeleton } from '../ui/skeleton.tsx';
import type { ChartProps } from './chart-canvas.tsx';
import { noteDue } from './due.ts';

const Canvas = lazy(() => import('./chart-canvas.tsx'));

/** Loads what charts are drawn with, before one is shown: call it in a route's loader. */
export function preloadCharts(): void {
  void import('./chart-canvas.tsx');
}

/** A chart. What it is drawn with is loaded when the first one is shown; its place is kept until then. */
export function Chart(props: ChartProps) {
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
