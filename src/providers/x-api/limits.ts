import type { FetchProvider } from '../fetch-provider.ts';
import { resetTime } from '../net/reset-time.ts';

/** Headers by their names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/** Each endpoint has a rate limit of its own. */
export type Endpoint = 'userById' | 'userByHandle' | 'timeline' | 'search' | 'lookup';

const endpointsOf: Readonly<Record<Parameters<FetchProvider['limitedUntil']>[0], readonly Endpoint[]>> = {
  profile: ['userById', 'userByHandle'],
  timeline: ['timeline'],
  search: ['search'],
  replies: ['search'],
  lookup: ['lookup'],
};

/** The limits of 15 minutes, of the app and of the user, and the daily limits of old plans. */
const counters = ['x-rate-limit', 'x-app-limit-24hour', 'x-user-limit-24hour'];

/**
 * When the limit ends according to the headers, in ms since 1970; null when requests remain, or the headers do not say.
 */
function limitEnd(headers: AnswerHeaders, now: number): number | null {
  return latestReset(
    headers,
    counters.filter((counter) => headers[`${counter}-remaining`] === '0'),
    now,
  );
}

/**
 * When a request that was refused by a limit may be sent again, in ms since 1970; in 15 minutes when the headers do not
 * say.
 */
export function retryTime(headers: AnswerHeaders, now: number): number {
  return limitEnd(headers, now) ?? latestReset(headers, counters.slice(0, 1), now) ?? now + 15 * 60_000;
}

function latestReset(headers: AnswerHeaders, among: readonly string[], now: number): number | null {
  const ahead = among.flatMap((counter) => resetTime(Number(headers[`${counter}-reset`]) * 1_000, now) ?? []);
  return ahead.length === 0 ? null : Math.max(...ahead);
}

/** The limits of the most recent answers. */
export class Limits {
  readonly #ends = new Map<Endpoint, number>();

  note(endpoint: Endpoint, headers: AnswerHeaders, now: number): void {
    const end = limitEnd(headers, now);
    if (end !== null) this.#ends.set(endpoint, end);
    else if ('x-rate-limit-remaining' in headers) this.#ends.delete(endpoint);
  }

  /** See `FetchProvider.limitedUntil`. */
  until(kind: keyof typeof endpointsOf, now: number): number | null {
    const ends = endpointsOf[kind].flatMap((endpoint) => this.#ends.get(endpoint) ?? []);
    const end = Math.max(0, ...ends);
    return end > now ? end : null;
  }
}
