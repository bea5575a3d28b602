import type { EChartsType } from 'echarts/core';
import { type PointerEvent, type RefObject, useState } from 'react';

type Dragged = { readonly from: number; readonly to: number };

/** Selects buckets by dragging with a mouse; touch scrolls the page instead. */
export function useDrag(
  chart: RefObject<EChartsType | null>,
  count: number,
  onZoom: ((first: number, last: number) => void) | undefined,
) {
  const [dragged, setDragged] = useState<Dragged | null>(null);
  if (onZoom === undefined) return { handlers: {}, overlay: null };

  const x = (event: PointerEvent<HTMLElement>) =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const bucket = (pixel: number) => {
    const index = Number(chart.current?.convertFromPixel({ xAxisIndex: 0 }, pixel));
    return Math.min(count - 1, Math.max(0, Math.round(index)));
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.pointerType !== 'mouse' || event.button !== 0) return;
      setDragged({ from: x(event), to: x(event) });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (dragged !== null) setDragged({ ...dragged, to: x(event) });
    },
    onPointerUp: () => {
      setDragged(null);
      if (dragged === null || Math.abs(dragged.to - dragged.from) < 8) return;
      const [first, last] = [bucket(dragged.from), bucket(dragged.to)].sort((a, b) => a - b);
      if (first !== undefined && last !== undefined) onZoom(first, last);
    },
    onPointerLeave: () => setDragged(null),
  };
  const overlay = dragged !== null && Math.abs(dragged.to - dragged.from) >= 8 && (
    <div
      aria-hidden
      className="pointer-events-none absolute inset-y-0 rounded-sm bg-brand/12 outline-1 outline-brand/40"
      style={{ left: Math.min(dragged.from, dragged.to), width: Math.abs(dragged.to - dragged.from) }}
    />
  );
  return { handlers, overlay };
}
