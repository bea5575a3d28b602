/** The browser's time zone; UTC when it has none. */
export const browserZone: string = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC';

/**
 * Returns the zone of an address when its form is valid. Names that the browser does not know are kept: the API knows
 * more zones and checks them.
 */
export function parseZone(text: string): string | null {
  return /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(text) ? text : null;
}

/** All zones to choose from: the browser's own first, then UTC and the rest. */
export function allZones(): string[] {
  return [...new Set([browserZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
}
