import type { AccountProfile } from '../../shared/post.ts';
import type { Reach } from '../fetch-provider.ts';
import { failure } from './failure.ts';
import type { ServedTweet } from './map-tweet.ts';
import { beginning, type Place, parsePlace, seenAfter } from './place.ts';
import { above, below, isNewer } from '../x/ids.ts';
import { searchPage } from './search.ts';
import { readPage } from './tweet-page.ts';
import { frontierOf, type Get, isLast, type Step, unlessForgotten } from './walk.ts';

/** An account whose id is known: its timeline is served for that only, and it tells whose a post is. */
export type KnownAccount = AccountProfile & { readonly platformId: string };

/**
 * A page of what an account posted. There are two ways to it:
 *
 * The timeline has everything, but begins at the newest post, has no bounds, and whole pages of it are charged. So
 * it is for a walk from now to the beginning.
 *
 * A search with bounds delivers, and charges, nothing beside the reach. So it is for what is new, and for going on
 * where somebody else stopped. But it leaves out shadow-banned accounts without a word; a search that brings none of
 * the account's posts is therefore not believed, and the timeline is read down to the reach instead. So that a quiet
 * day need not cost a page of it, the posts at the ends of the reach are searched for as well: whoever finds one of
 * them finds the account. Reposts have to be asked for, and X's search is known to lose them after about a week:
 * going on further back than that, the search brings the account's own words only.
 */
export async function accountPage(get: Get, account: KnownAccount, reach: Reach): Promise<Step> {
  if (account.protected === true) throw isProtected(account.handle);
  const place = parsePlace(reach.cursor) ?? firstPlace(reach);
  if (place.way === 'timeline') return timelinePage(get, account, reach, place);
  const { step, isBelieved } = await accountSearchPage(get, account, reach, place);
  if (isBelieved) return step;
  return timelinePage(get, account, reach, beginning('timeline'));
}

function firstPlace({ sinceId, untilId }: Reach): Place {
  return sinceId === null && untilId === null
    ? beginning('timeline')
    : beginning('search', untilId && above(untilId));
}

async function accountSearchPage(
  get: Get,
  account: KnownAccount,
  { sinceId }: Reach,
  place: Place,
): Promise<{ readonly step: Step; readonly isBelieved: boolean }> {
  const query = `from:${account.handle} include:nativeretweets`;
  const { page, next } = await searchPage(get, query, sinceId === null ? null : below(sinceId), place);
  const tweets = page.tweets.filter((served) => isBy(account, served));
  const own = place.own + tweets.length;
  const isDown = tweets.some(({ tweet }) => tweet.id_str === sinceId);
  const isOver = next === null || isDown;
  const step: Step = {
    tweets,
    rejected: page.rejected,
    next: isOver ? null : { ...next, own },
    end: isOver ? 'REACHED' : null,
  };
  return { step, isBelieved: !isOver || own > 0 || account.reportedPosts === 0 };
}

async function timelinePage(get: Get, account: KnownAccount, reach: Reach, place: Place): Promise<Step> {
  const page = await unlessForgotten(place, async () => {
    const path = `/twitter/user/${account.platformId}/tweets-and-replies`;
    const answer = await get(path, { cursor: place.cursor });
    if (answer === null) throw noSuchAccount(account.handle);
    return readPage(answer);
  });
  if (page === null) return accountPage(get, account, { ...reach, cursor: null });
  // Promoted posts of others are left out, and posts of others that the account answered.
  const tweets = page.tweets.filter((served) => isBy(account, served));
  const own = place.own + tweets.length;
  const frontier = frontierOf(tweets);
  const isDown = reach.sinceId !== null && frontier !== null && !isNewer(frontier, reach.sinceId);
  const fresh = page.ids.filter((id) => !place.seen.includes(id));
  const isOver = isDown || isLast(page, place, fresh);
  if (isOver && own === 0 && (account.reportedPosts ?? 0) > 0) throw nothingThere(account);
  return {
    tweets,
    rejected: page.rejected,
    next: isOver ? null : { ...place, cursor: page.next, own, seen: seenAfter(place, page.ids) },
    end: isOver ? timelineEnd(isDown, own, account) : null,
  };
}

/**
 * X ends a timeline after some 3,200 posts. It does not say so, but the account's own count does: a few posts that
 * are counted and never shown are usual, a tenth of all is not. Without the count, nobody knows that it was the end.
 */
function timelineEnd(isDown: boolean, own: number, { reportedPosts }: AccountProfile): 'REACHED' | 'LIMIT' {
  if (isDown) return 'REACHED';
  return reportedPosts !== null && own >= reportedPosts * 0.9 ? 'REACHED' : 'LIMIT';
}

function isBy(account: KnownAccount, { tweet }: ServedTweet): boolean {
  return tweet.user.id_str === account.platformId;
}

/** The service has one answer for an account that is gone and for one that X has suspended. */
export function noSuchAccount(handle: string) {
  return failure('NOT_FOUND', 'NONE', `@${handle} does not exist, or X has suspended it`);
}

function isProtected(handle: string) {
  return failure('ACCOUNT_PROTECTED', 'NONE', `@${handle} is protected: only its followers see its posts`);
}

/** No posts where there are some is a failure of the service, not a quiet account. */
function nothingThere({ handle, reportedPosts }: AccountProfile) {
  return failure(
    'PROVIDER_UNAVAILABLE',
    'NEXT',
    `it has no posts of @${handle}, who is said to have ${reportedPosts}; is the account protected by now?`,
  );
}
