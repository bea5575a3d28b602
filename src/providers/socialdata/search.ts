import type { Reach } from '../fetch-provider.ts';
import { notUnderstood } from './failure.ts';
import { beginning, type Place, parsePlace, seenAfter } from './place.ts';
import { below, isNewer, oldestOf } from '../x/ids.ts';
import { emptyPage, readPage, type TweetPage } from './tweet-page.ts';
import { type Get, isLast, type Step, unlessForgotten } from './walk.ts';

/** A page of a search. */
type SearchPage = {
  readonly page: TweetPage;
  /** Null when the search has nothing more. */
  readonly next: Place | null;
};

/**
 * Fetches the page of a search at `place`, newest first, above `sinceId`.
 *
 * X's search stops after a few hundred results, so the end of its list does not prove that there is nothing older. The
 * search is repeated for the posts below, and is over only when that returns nothing. A cursor that the service has
 * forgotten counts as such an end.
 */
export async function searchPage(
  get: Get,
  query: string,
  sinceId: string | null,
  place: Place,
): Promise<SearchPage> {
  const bounds = [
    sinceId === null ? '' : ` since_id:${sinceId}`,
    place.below === null ? '' : ` max_id:${below(place.below)}`,
  ];
  const parameters = { query: query + bounds.join(''), type: 'Latest', cursor: place.cursor };
  const page =
    (await unlessForgotten(place, async () => {
      const answer = await get('/twitter/search', parameters);
      if (answer === null) throw notUnderstood('it reported that a search does not exist');
      return readPage(answer);
    })) ?? emptyPage;
  const fresh = page.ids.filter(
    (id) => !place.seen.includes(id) && (place.below === null || isNewer(place.below, id)),
  );
  const lowest = oldestOf(place.lowest === null ? fresh : [...fresh, place.lowest]);
  const read = { ...place, lowest, seen: seenAfter(place, page.ids) };
  if (!isLast(page, place, fresh)) return { page, next: { ...read, cursor: page.next } };
  if (place.cursor === null && fresh.length === 0) return { page, next: null };
  return { page, next: { ...read, cursor: null, below: lowest } };
}

/** Fetches a page of the results of a query. */
export async function queryPage(get: Get, query: string, reach: Reach): Promise<Step> {
  const place = parsePlace(reach.cursor) ?? beginning('search', reach.untilId);
  const { page, next } = await searchPage(get, grouped(query), reach.sinceId, place);
  const { tweets, rejected } = page;
  return { tweets, rejected, next, end: next === null ? 'REACHED' : null };
}

/** Fetches a page of the replies to a post at any depth. (The service's comments endpoint has direct replies only.) */
export async function repliesPage(get: Get, rootId: string, reach: Reach): Promise<Step> {
  const step = await queryPage(get, `conversation_id:${rootId}`, reach);
  // The search for a conversation also returns its first post.
  return { ...step, tweets: step.tweets.filter(({ tweet }) => tweet.id_str !== rootId) };
}

/** Puts a query with OR into parentheses, so that it can be combined with other conditions. */
function grouped(query: string): string {
  return /\sOR\s/.test(query) ? `(${query})` : query;
}
