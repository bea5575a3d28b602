/** Returns the point that a key leads to; null for other keys. `columns`: points per row of a grid, for ↑ and ↓. */
export function walk(
  key: string,
  at: number | null,
  count: number,
  columns: number | null = null,
): number | null {
  if (count === 0) return null;
  const within = (index: number) => Math.min(count - 1, Math.max(0, index));
  switch (key) {
    case 'ArrowLeft':
      return within(at === null ? count - 1 : at - 1);
    case 'ArrowRight':
      return within(at === null ? 0 : at + 1);
    case 'ArrowUp':
      return columns === null ? null : at === null ? 0 : at - columns < 0 ? at : at - columns;
    case 'ArrowDown':
      return columns === null ? null : at === null ? 0 : at + columns >= count ? at : at + columns;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
