/**
 * The reader's locale, from the browser. Everything in `format/` takes it as its last argument, so that tests can pass
 * one.
 */
export const locale: string = typeof navigator === 'undefined' ? 'en' : navigator.language;

/** Creates each formatter once per key: a new one costs as much as fifty uses. */
export function memoize<Formatter>(make: (key: string) => Formatter): (key: string) => Formatter {
  const made = new Map<string, Formatter>();
  return (key) => {
    const kept = made.get(key);
    if (kept !== undefined) return kept;
    const formatter = make(key);
    made.set(key, formatter);
    return formatter;
  };
}
