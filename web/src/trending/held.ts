/**
 * Returns the order in which rows are shown when one is held: it stays at the place where it is shown now, and the
 * others go around it in their new order. Without a row that is held, or when it has left, the new order.
 */
export function holdStill(
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
