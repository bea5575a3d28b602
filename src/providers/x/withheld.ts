import { at, isWire } from './json.ts';

/** Whether a post, in v1.1 or v2 format, says that it or its account is withheld in some country or everywhere. */
export function isWithheld(post: unknown): boolean {
  if (!isWire(post)) return false;
  const countries = at(post, 'withheld_in_countries');
  return (
    isWire(at(post, 'withheld')) ||
    (Array.isArray(countries) && countries.length > 0) ||
    at(post, 'withheld_copyright') === true ||
    typeof at(post, 'withheld_scope') === 'string'
  );
}
