import type { AccountProfile } from '../../shared/post.ts';
import type { Reach } from '../fetch-provider.ts';
import { failure } from './failure.ts';
import type { ServedTweet } from './map-tweet.ts';
import { beginning, type Place, parsePlace, seenAfter } from './place.ts';
import { above, below, isNewer } from '../x/ids.ts';
import { searchPage } from './search.ts';
import { readPage } from './tweet-page.ts';
import { frontierOf, type Get, isLast, type Step, unlessForgotten } from './walk.ts';

/** An account whose id is known. The timeline is served by id only, and the id identifies the author of a post. */
export type KnownAccount = AccountProfile & { readonly platformId: string };

/**
 * Fetches a page of an account's posts, in one of two ways:
 * - The timeline is complete, but it begins at the newest post, takes no bounds, and every post of a page is charged.
 *   It is used to walk from now to the beginning.
 * - A search with bounds delivers, and charges, only the posts within the reach. It is used to fetch new posts and to
 *   continue where another provider stopped.
 *
 * A search silently leaves out shadow-banned accounts. When it returns none of the account's posts, it is not trusted,
 * and the timeline is read down to the reach instead. To avoid that cost on a quiet day, the search includes the posts
 * at both ends of the reach: when it finds one of them, the account is searchable.
 * Reposts have to be requested explicitly, and X's search loses them after about a week. Beyond that, a search finds
 * only what the account wrote itself.
 */
export async function accountPage(get: Get, account: KnownAccount, reach: Reach): Promise<Step> {
  if (account.protected === true) throw isProtected(account.handle);
  const place = parsePlace(reach.cursor) ?? firstPlace(reach);
  if (place.way === 'timeline') return timelinePage(get, account, reach, place);
  const { step, isTrusted } = await accountSearchPage(get, account, reach, place);
  if (isTrusted) return step;
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
): Promise<{ readonly step: Step; readonly isTrusted: boolean }> {
  const query = `from:${account.handle} include:nativeretweets`;
  const { page, next } = await searchPage(get, query, sinceId === null ? null : below(sinceId), place);
  const tweets = page.tweets.filter((served) => isBy(account, served));
  const own = place.own + tweets.length;
  const reachedSince = tweets.some(({ tweet }) => tweet.id_str === sinceId);
  const isOver = next === null || reachedSince;
  const step: Step = {
    tweets,
    rejected: page.rejected,
    next: isOver ? null : { ...next, own },
    end: isOver ? 'REACHED' : null,
  };
  return { step, isTrusted: !isOver || own > 0 || account.reportedPosts === 0 };
}

async function timelinePage(get: Get, account: KnownAccount, reach: Reach, place: Place): Promise<Step> {
  const page = await unlessForgotten(place, async () => {
    const path = `/twitter/user/${account.platformId}/tweets-and-replies`;
    const answer = await get(path, { cursor: place.cursor });
    if (answer === null) throw noSuchAccount(account.handle);
    return readPage(answer);
  });
  if (page === null) return accountPage(get, account, { ...reach, cursor: null });
  // Drops promoted posts of others, and the posts that the account replied to.
  const tweets = page.tweets.filter((served) => isBy(account, served));
  const own = place.own + tweets.length;
  const frontier = frontierOf(tweets);
  const reachedSince = reach.sinceId !== null && frontier !== null && !isNewer(frontier, reach.sinceId);
  const fresh = page.ids.filter((id) => !place.seen.includes(id));
  const isOver = reachedSince || isLast(page, place, fresh);
  if (isOver && own === 0 && (account.reportedPosts ?? 0) > 0) throw nothingThere(account);
  return {
    tweets,
    rejected: page.rejected,
    next: isOver ? null : { ...place, cursor: page.next, own, seen: seenAfter(place, page.ids) },
    end: isOver ? timelineEnd(reachedSince, own, account) : null,
  };
}

/**
 * X ends a timeline after about 3,200 posts without saying so. The account's post count shows it: a few counted posts
 * are usually missing, but not a tenth of them. Without the count, the end is taken for the limit.
 */
function timelineEnd(
  reachedSince: boolean,
  own: number,
  { reportedPosts }: AccountProfile,
): 'REACHED' | 'LIMIT' {
  if (reachedSince) return 'REACHED';
  return reportedPosts !== null && own >= reportedPosts * 0.9 ? 'REACHED' : 'LIMIT';
}

function isBy(account: KnownAccount, { tweet }: ServedTweet): boolean {
  return tweet.user.id_str === account.platformId;
}

/** The service gives the same answer for a deleted account and for a suspended one. */
export function noSuchAccount(handle: string) {
  return failure('NOT_FOUND', 'NONE', `@${handle} does not exist, or X has suspended it`);
}

function isProtected(handle: string) {
  return failure('ACCOUNT_PROTECTED', 'NONE', `@${handle} is protected: only its followers see its posts`);
}

/** An empty timeline of an account that has posts is a failure of the service, not a quiet account. */
function nothingThere({ handle, reportedPosts }: AccountProfile) {
  return failure(
    'PROVIDER_UNAVAILABLE',
    'NEXT',
    `it returned no posts of @${handle}, whose profile counts ${reportedPosts}; the account may be protected by now`,
  );
}
