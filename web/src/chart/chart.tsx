import { lazy, Suspense, useLayoutEffect, useState } from 'react';
import { BarsSkeleton } from '../ui/skeleton.tsx';
import type { ChartProps } from './chart-canvas.tsx';
import { markPending } from './pending.ts';

let loading: Promise<typeof import('./chart-canvas.tsx')> | undefined;
/** The component that draws charts, when it is loaded. */
let Loaded: typeof import('./chart-canvas.tsx').default | undefined;

/** Loads the chart code before a chart is shown; call it in a route's loader. Resolves when it is loaded. */
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

/** A chart. Its code is loaded when the first one is shown; a placeholder keeps its space until then. */
export function Chart(props: ChartProps) {
  // Synchronous when possible: a lazy component renders in a second pass even when its code is loaded. The choice never
  // changes afterwards.
  const [Now] = useState(() => Loaded);
  if (Now !== undefined) return <Now {...props} />;
  return (
    <Suspense fallback={<Waiting height={props.height} />}>
      <Canvas {...props} />
    </Suspense>
  );
}

/** The space of a chart whose code is loading; the page counts as incomplete. */
function Waiting({ height }: { height: number }) {
  useLayoutEffect(markPending, []);
  return <BarsSkeleton height={height} />;
}

export type { ChartHandle, ChartProps } from './chart-canvas.tsx';
