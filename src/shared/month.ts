/** The start of the UTC month in which an instant lies. */
export function floorMonth(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/** The start of the first UTC month that begins at an instant or after it. */
export function ceilMonth(at: number): number {
  const floor = floorMonth(at);
  if (floor === at) return at;
  const date = new Date(floor);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
