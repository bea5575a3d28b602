import type { FetchQuote, QuoteRequest } from '../shared/fetch-quote.ts';
import type { FetchProviderName } from '../providers/fetch-provider.ts';
import type { Fetchable } from '../shared/fetchable.ts';
import { dayMs } from '../shared/instant.ts';
import { computeMicroUsd, type Price, printUsd, toMicroUsd } from '../shared/price.ts';

/** The stored facts about an account or a topic that has posts. */
export type KnownStream = {
  readonly storedPosts: number;
  /** Posts that the account has, according to X; null when X did not say. */
  readonly reportedPosts: number | null;
  /** When the oldest and the newest stored post were posted, in ms since 1970, to the quarter of an hour. */
  readonly oldestAt: number;
  readonly newestAt: number;
  /** Posts in the 30 days up to the newest. */
  readonly lastMonthPosts: number;
  /** Stored posts that the fetch would request again; with DUE at most `mostDue`. */
  readonly refreshed: number;
  /** The missing replies of each of the `mostConversations` conversations that the fetch would search. */
  readonly missingReplies: readonly number[];
};

/** What is known about the target. */
export type Known = {
  /** Null when nothing is stored. */
  readonly stored: KnownStream | null;
  /** Posts that the account reports, if it was asked; null otherwise. */
  readonly reportedPosts: number | null;
};

/** A provider's price and abilities. */
export type Offer = {
  readonly provider: FetchProviderName;
  readonly price: Price;
  /** Whether the account's posts cost `ownPost`. */
  readonly own: boolean;
  /** Whether it can search for replies. */
  readonly findsReplies: boolean;
  /** Time between the starts of two requests, in seconds; 0 without a rule. */
  readonly spacingSeconds: number;
  /** The month's budget and what is left of it; null without a budget. */
  readonly budget: { readonly leftUsd: number; readonly usd: number } | null;
};

/** How a provider delivers, as documented or observed. */
type Delivery = {
  /** Posts per page. */
  readonly pageSize: number;
  /** The smallest page that can be requested. */
  readonly smallestPage: { readonly account: number; readonly topic: number };
  /** Posts that one request looks up again; null when there is no such request. */
  readonly lookupSize: number | null;
  /** How many posts of a timeline it can reach; null without a known limit. */
  readonly reach: number | null;
  /** The rate limit: requests per so many seconds. */
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

/** Returns how many posts of a timeline a provider can reach; infinite without a known limit. */
export const reachOf = (provider: FetchProviderName): number =>
  deliveries[provider].reach ?? Number.POSITIVE_INFINITY;

/** The limit of a first fetch without a limit of its own: enough to look at, for at most a dollar. */
export const firstFetchPosts = 200;
/** The most stored posts that a fetch by DUE refreshes. */
export const mostDue = 300;
/** The most conversations whose replies one fetch searches, and the most replies of each. */
export const mostConversations = 5;
export const repliesAConversation = 100;
/** Assumed when the number of posts is unknown: as many as X itself shows of a timeline. */
const assumedPosts = 3_200;
/** The duration of a request, including the answer. */
const requestSeconds = 0.5;

/**
 * Estimates a fetch. It assumes that
 * - an account keeps posting as in the last 30 collected days,
 * - a provider with lookups refreshes the requested stored posts, each at the price of a post,
 * - each searched conversation brings its missing replies, at most one page,
 * - a whole page is paid for, even when the limit excludes a part of it,
 * - no delivered post was already charged today, and no request is repeated.
 */
export function computeQuote(
  offer: Offer,
  { stored: known, reportedPosts }: Known,
  request: QuoteRequest,
  now: number,
): FetchQuote {
  const { pageSize, lookupSize, reach: timelineReach, allowance } = deliveries[offer.provider];
  const isTopic = request.target.kind === 'topic';
  const users = isTopic ? 0 : 1;
  const reach = isTopic ? null : timelineReach;
  const expected =
    known === null
      ? expectUnknown(request, reportedPosts, reach)
      : expectKnown({ ...known, reportedPosts: reportedPosts ?? known.reportedPosts }, request, reach, now);
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
    // A fetch requests one page of each.
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
      ? 'the figures of stored posts are left out, since it cannot look up posts again'
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
  /** Further existing posts, which the limit excludes. */
  readonly more: number;
  readonly note: string | null;
};

/** Returns how many posts the last page brings beyond the limit. They are paid for and dropped. */
function surplusOf(
  { posts, more }: Expected,
  { pageSize, smallestPage }: Delivery,
  kind: Fetchable['kind'],
): number {
  const last = posts % pageSize;
  return last === 0 ? 0 : Math.min(more, Math.max(0, smallestPage[kind] - last));
}

const grouped = (count: number) => count.toLocaleString('en-US');

function expectUnknown(
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
    return { ...expectUncounted(reach), note: `${unknown}: ${expectUncounted(reach).note}` };
  const posts = Math.min(limit ?? firstFetchPosts, reach ?? Infinity);
  const more = (reach ?? Infinity) - posts;
  return { posts, more, note: `${unknown}: estimated for ${grouped(posts)} posts, if there are as many` };
}

/** All posts of an account whose number is unknown. */
function expectUncounted(reach: number | null): Expected & { readonly note: string } {
  return reach === null
    ? {
        posts: assumedPosts,
        more: 0,
        note: `its number of posts is not known, estimated for ${grouped(assumedPosts)} posts`,
      }
    : {
        posts: reach,
        more: 0,
        note: `estimated for the newest ${grouped(reach)} posts, older ones are not available`,
      };
}

function expectKnown(
  known: KnownStream,
  { full, limit }: QuoteRequest,
  reach: number | null,
  now: number,
): Expected {
  const { posts, note } = full
    ? expectHistory(known, reach, now)
    : { posts: newPosts(known, now), note: null };
  const given = Math.min(posts, reach ?? Infinity);
  return limit !== null && limit < given
    ? { posts: limit, more: given - limit, note: null }
    : { posts: given, more: 0, note };
}

function expectHistory(known: KnownStream, reach: number | null, now: number): Omit<Expected, 'more'> {
  if (known.reportedPosts === null) return expectUncounted(reach);
  const missing = Math.max(known.reportedPosts - known.storedPosts, newPosts(known, now));
  const isBeyond = reach !== null && missing > reach;
  return {
    posts: missing,
    note: isBeyond
      ? `of ${grouped(missing)} posts that are missing, the newest ${grouped(reach)} are given`
      : null,
  };
}

/** Estimates the posts since the newest stored one, at the rate of the last 30 collected days; at least one. */
function newPosts({ oldestAt, newestAt, lastMonthPosts }: KnownStream, now: number): number {
  const collectedMs = Math.min(Math.max(newestAt - oldestAt, dayMs), 30 * dayMs);
  return Math.max(1, Math.ceil((lastMonthPosts * (now - newestAt)) / collectedMs));
}

/** Computes the duration of consecutive requests, including the waits for the rate limit. */
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
