import { lazy, Suspense } from 'react';
import { BarsSkeleton } from '../ui/skeleton.tsx';
import type { ChartProps } from './chart-canvas.tsx';

const Canvas = lazy(() => import('./chart-canvas.tsx'));

/** Loads what charts are drawn with, before one is shown: call it in a route's loader. */
export function preloadCharts(): void {
  void import('./chart-canvas.tsx');
}

/** A chart. What it is drawn with is loaded when the first one is shown; its place is kept until then. */
export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<BarsSkeleton height={props.height} />}>
      <Canvas {...props} />
    </Suspense>
  );
}

export type { ChartHandle, ChartProps } from './chart-canvas.tsx';
