/**
 * Returns the rows' display order while one is held, under the pointer or with the focus: it keeps its place, and the
 * others follow the new order. Without a held row, or when it is gone, returns the new order.
 */
export function keepInPlace(
  shown: readonly string[],
  next: readonly string[],
  held: string | null,
): readonly string[] {
  if (held === null || !next.includes(held)) return next;
  const place = shown.indexOf(held);
  if (place < 0) return next;
  const others = next.filter((key) => key !== held);
  return [...others.slice(0, place), held, ...others.slice(place)];
}
