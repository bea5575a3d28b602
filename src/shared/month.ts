/** Returns the start of an instant's UTC month. */
export function floorMonth(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

/** Returns the start of the first UTC month that begins at or after an instant. */
export function ceilMonth(at: number): number {
  const floor = floorMonth(at);
  if (floor === at) return at;
  const date = new Date(floor);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
