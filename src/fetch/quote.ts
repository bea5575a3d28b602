import type { FetchQuote, QuoteRequest } from '../shared/fetch-quote.ts';
import type { FetchProviderName } from '../providers/fetch-provider.ts';
import type { Fetchable } from '../shared/fetchable.ts';
import { dayMs } from '../shared/instant.ts';
import { computeMicroUsd, type Price, printUsd, toMicroUsd } from '../shared/price.ts';

/** What the store tells of an account or a topic that it has posts of. */
export type KnownStream = {
  readonly storedPosts: number;
  /** Posts that the account has, as X last said; null where it did not. */
  readonly reportedPosts: number | null;
  /** The oldest and the newest stored post, ms since 1970, to the quarter of an hour. */
  readonly oldestAt: number;
  readonly newestAt: number;
  /** Posts of the 30 days that end with the newest. */
  readonly lastMonthPosts: number;
  /** Stored posts that the fetch would ask for again, of DUE `mostDue` at most. */
  readonly refreshed: number;
  /** Replies that each conversation lacks, of the `mostConversations` that the fetch would search. */
  readonly missingReplies: readonly number[];
};

/** What is known of who is asked for. */
export type Known = {
  /** Null where nothing is stored. */
  readonly stored: KnownStream | null;
  /** Posts that the account says it has, where it was asked; null otherwise. */
  readonly reportedPosts: number | null;
};

/** What a provider asks for its work. */
export type Offer = {
  readonly provider: FetchProviderName;
  readonly price: Price;
  /** Whether the account's posts cost `ownPost`. */
  readonly own: boolean;
  /** Whether it can search for replies. */
  readonly findsReplies: boolean;
  /** Between the starts of two requests, in seconds; 0 where there is no rule. */
  readonly spacingSeconds: number;
  /** What is left of the month's budget, and all of it; null without one. */
  readonly budget: { readonly leftUsd: number; readonly usd: number } | null;
};

/** How a provider delivers, as its documentation says or as it was seen to. */
type Delivery = {
  /** Posts that a page brings. */
  readonly pageSize: number;
  /** The fewest that a page can be asked for. */
  readonly smallestPage: { readonly account: number; readonly topic: number };
  /** Posts that one request looks up again; null where there is no such request. */
  readonly lookupSize: number | null;
  /** Posts of a timeline that it reaches back to; null where no bound is known. */
  readonly reach: number | null;
  /** Requests that it allows, and in how many seconds. */
  readonly allowance: { readonly requests: number; readonly seconds: number };
};

const deliveries: Readonly<Record<FetchProviderName, Delivery>> = {
  X_API: {
    pageSize: 100,
    smallestPage: { account: 5, topic: 10 },
    lookupSize: 100,
    reach: 3_200,
    allowance: { requests: 10_000, seconds: 900 },
  },
  SOCIALDATA: {
    pageSize: 20,
    smallestPage: { account: 20, topic: 20 },
    lookupSize: 1,
    reach: null,
    allowance: { requests: 120, seconds: 60 },
  },
  X_SCRAPER: {
    pageSize: 20,
    smallestPage: { account: 20, topic: 20 },
    lookupSize: null,
    reach: null,
    allowance: { requests: 50, seconds: 900 },
  },
};

/** How many posts of a timeline a provider reaches back to; infinite where no bound is known. */
export const reachOf = (provider: FetchProviderName): number =>
  deliveries[provider].reach ?? Number.POSITIVE_INFINITY;

/** Posts of a first fetch that is given no limit: enough to look at, for a dollar at most. */
export const firstFetchPosts = 200;
/** Stored posts that are asked for again in one fetch, where nobody asked for more. */
export const mostDue = 300;
/** Conversations whose replies are searched for in one fetch, and the replies that are fetched of each at most. */
export const mostConversations = 5;
export const repliesAConversation = 100;
/** What is told where nobody knows how many posts there are: as many as X itself gives of a timeline. */
const assumedPosts = 3_200;
/** What a request takes over a network, answer included. */
const requestSeconds = 0.5;

/**
 * What a fetch would take. It assumes that
 * - an account goes on posting as in the last 30 days that were collected,
 * - of stored posts those that are asked for are looked up again, each at the price of a post, by a provider that has
 *   look-ups,
 * - each conversation that is searched brings the replies that are known to be missing, as far as a page holds them,
 * - a page is paid for whole, also when the limit keeps a part of it out,
 * - no post is delivered that was charged already today, and no request has to be made twice.
 */
export function computeQuote(
  offer: Offer,
  { stored: known, reportedPosts }: Known,
  request: QuoteRequest,
  now: number,
): FetchQuote {
  const { pageSize, lookupSize, reach: ofTimelines, allowance } = deliveries[offer.provider];
  const isTopic = request.target.kind === 'topic';
  const users = isTopic ? 0 : 1;
  const reach = isTopic ? null : ofTimelines;
  const expected =
    known === null
      ? ofUnknown(request, reportedPosts, reach)
      : ofKnown({ ...known, reportedPosts: reportedPosts ?? known.reportedPosts }, request, reach, now);
  let left = (request.limit ?? Number.POSITIVE_INFINITY) - expected.posts;
  const take = (posts: number) => {
    const taken = Math.min(posts, left);
    left -= taken;
    return taken;
  };
  const refreshed = known === null || lookupSize === null ? 0 : take(known.refreshed);
  let [searches, replies] = [0, 0];
  for (const missing of offer.findsReplies ? (known?.missingReplies ?? []) : []) {
    if (left === 0) break;
    searches += 1;
    // A fetch asks for one page of each.
    replies += take(Math.min(missing, pageSize, repliesAConversation));
  }
  const requests =
    users + // the profile
    Math.ceil(expected.posts / pageSize) +
    Math.ceil(refreshed / (lookupSize ?? 1)) +
    searches;
  const surplus = surplusOf(expected, deliveries[offer.provider], request.target.kind);
  const theirs = expected.posts + refreshed;
  const charged = theirs + surplus;
  const microUsd = computeMicroUsd(offer.price, {
    posts: replies + (offer.own ? 0 : charged),
    ownPosts: offer.own ? charged : 0,
    users,
  });
  const leavesOut =
    request.refresh !== 'DUE' && lookupSize === null
      ? 'the figures of stored posts are left out, it cannot look up posts again'
      : null;
  const notes = [expected.note, leavesOut, budgetNote(offer.budget, microUsd)].filter(
    (note) => note !== null,
  );
  return {
    provider: offer.provider,
    posts: theirs + replies,
    requests,
    usd: microUsd / 1_000_000,
    seconds: computeSeconds(requests, Math.max(requestSeconds, offer.spacingSeconds), allowance),
    note: notes.length === 0 ? null : notes.join('; '),
  };
}

type Expected = {
  readonly posts: number;
  /** Further ones that there are, which the limit keeps out. */
  readonly more: number;
  readonly note: string | null;
};

/** Posts that the last page brings beyond the limit. They are paid for, and left out. */
function surplusOf(
  { posts, more }: Expected,
  { pageSize, smallestPage }: Delivery,
  kind: Fetchable['kind'],
): number {
  const last = posts % pageSize;
  return last === 0 ? 0 : Math.min(more, Math.max(0, smallestPage[kind] - last));
}

const grouped = (count: number) => count.toLocaleString('en-US');

function ofUnknown(
  { target, full, limit }: QuoteRequest,
  reportedPosts: number | null,
  reach: number | null,
): Expected {
  const unknown = `the ${target.kind} is not known yet`;
  if (reportedPosts !== null) {
    const wanted = Math.min(reportedPosts, limit ?? (full ? Infinity : firstFetchPosts));
    const isBeyond = reach !== null && wanted > reach;
    return {
      posts: isBeyond ? reach : wanted,
      more: isBeyond ? 0 : Math.min(reportedPosts, reach ?? Infinity) - wanted,
      note: isBeyond ? `of ${grouped(wanted)} posts, the newest ${grouped(reach)} are given` : null,
    };
  }
  if (full && limit === null)
    return { ...ofUncounted(reach), note: `${unknown}: ${ofUncounted(reach).note}` };
  const posts = Math.min(limit ?? firstFetchPosts, reach ?? Infinity);
  const more = (reach ?? Infinity) - posts;
  return { posts, more, note: `${unknown}: told for ${grouped(posts)} posts, if there are as many` };
}

/** All posts of an account that nobody has counted. */
function ofUncounted(reach: number | null): Expected & { readonly note: string } {
  return reach === null
    ? {
        posts: assumedPosts,
        more: 0,
        note: `how many posts it has is not known, told for ${grouped(assumedPosts)} posts`,
      }
    : { posts: reach, more: 0, note: `told for the newest ${grouped(reach)} posts, more are not given` };
}

function ofKnown(
  known: KnownStream,
  { full, limit }: QuoteRequest,
  reach: number | null,
  now: number,
): Expected {
  const { posts, note } = full ? ofHistory(known, reach, now) : { posts: newPosts(known, now), note: null };
  const given = Math.min(posts, reach ?? Infinity);
  return limit !== null && limit < given
    ? { posts: limit, more: given - limit, note: null }
    : { posts: given, more: 0, note };
}

function ofHistory(known: KnownStream, reach: number | null, now: number): Omit<Expected, 'more'> {
  if (known.reportedPosts === null) return ofUncounted(reach);
  const missing = Math.max(known.reportedPosts - known.storedPosts, newPosts(known, now));
  const isBeyond = reach !== null && missing > reach;
  return {
    posts: missing,
    note: isBeyond
      ? `of ${grouped(missing)} posts that are missing, the newest ${grouped(reach)} are given`
      : null,
  };
}

/** Posts since the newest stored one, at the rate of the last collected 30 days; at least one. */
function newPosts({ oldestAt, newestAt, lastMonthPosts }: KnownStream, now: number): number {
  const collectedMs = Math.min(Math.max(newestAt - oldestAt, dayMs), 30 * dayMs);
  return Math.max(1, Math.ceil((lastMonthPosts * (now - newestAt)) / collectedMs));
}

/** One request after the other, each when the allowance counts anew where it is used up. */
function computeSeconds(requests: number, stepSeconds: number, allowance: Delivery['allowance']): number {
  if (allowance.requests * stepSeconds >= allowance.seconds) return requests * stepSeconds;
  const refills = Math.floor((requests - 1) / allowance.requests);
  return refills * allowance.seconds + (requests - refills * allowance.requests) * stepSeconds;
}

function budgetNote(budget: Offer['budget'], microUsd: number): string | null {
  if (budget === null) return null;
  const left = Math.max(0, toMicroUsd(budget.leftUsd));
  if (microUsd <= left) return null;
  return `passes the month's budget: ${printUsd(left)} of ${printUsd(toMicroUsd(budget.usd))} USD left`;
}
