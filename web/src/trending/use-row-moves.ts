import { type RefObject, useLayoutEffect, useRef } from 'react';

const moveMs = 260;

/**
 * Animates rows from their old to their new places when the order changes. Rows are the elements in the box with
 * `data-row`. With reduced motion they jump immediately.
 */
export function useRowMoves(box: RefObject<HTMLElement | null>, order: readonly string[]): void {
  const places = useRef(new Map<string, number>());
  const key = order.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured when the order changes
  useLayoutEffect(() => {
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const next = new Map<string, number>();
    for (const row of rows) {
      const name = row.dataset.row ?? '';
      const top = row.offsetTop;
      next.set(name, top);
      const before = places.current.get(name);
      if (still || before === undefined || before === top) continue;
      row.animate([{ transform: `translateY(${before - top}px)` }, { transform: 'none' }], {
        duration: moveMs,
        easing: 'ease-out',
      });
    }
    places.current = next;
  }, [box, key]);
}
