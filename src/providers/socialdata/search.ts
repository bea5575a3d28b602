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
 * The page of a search at `place`, newest first, above `sinceId`.
 *
 * X's search stops after some hundred results, so that the end of its list says little: the same is asked again for
 * what is below, and only when that brings nothing is the search over. A cursor that the service does not know any
 * more is taken for such an end.
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
      if (answer === null) throw notUnderstood('a search that it says does not exist');
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

/** A page of whatever a query finds. */
export async function queryPage(get: Get, query: string, reach: Reach): Promise<Step> {
  const place = parsePlace(reach.cursor) ?? beginning('search', reach.untilId);
  const { page, next } = await searchPage(get, grouped(query), reach.sinceId, place);
  const { tweets, rejected } = page;
  return { tweets, rejected, next, end: next === null ? 'REACHED' : null };
}

/** A page of the replies to a post at any depth; the comments that are served for a post are those right below it. */
export async function repliesPage(get: Get, rootId: string, reach: Reach): Promise<Step> {
  const step = await queryPage(get, `conversation_id:${rootId}`, reach);
  // Whoever searches for a conversation finds the post that it began with.
  return { ...step, tweets: step.tweets.filter(({ tweet }) => tweet.id_str !== rootId) };
}

/** A query that can stand beside other conditions: OR binds weaker than they do. */
function grouped(query: string): string {
  return /\sOR\s/.test(query) ? `(${query})` : query;
}
