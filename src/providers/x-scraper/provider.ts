import { must } from '../../shared/errors.ts';
import type { AccountProfile } from '../../shared/post.ts';
import type { Call, FetchProvider, FetchTarget, Reach } from '../fetch-provider.ts';
import { ProviderError } from '../provider-error.ts';
import type { Wire } from '../x/json.ts';
import { accountTimeline, emptyAnswer, foundTimeline } from './answer.ts';
import { accountProtected, failure } from './failures.ts';
import { fillThreads } from './fill-threads.ts';
import { pageOf } from './page.ts';
import { authorIdOf, tweetOf } from './post.ts';
import { findProfile } from './profile.ts';
import { createSession, type Operation, pageSizes, type Session } from './session.ts';
import type { Sleep } from './turns.ts';
import { parseWalk, startWalk, type Walk } from './walk.ts';

/** Options for reading X like its web client. */
export type XScraperOptions = {
  /** As in a Cookie header, with auth_token and ct0; without both, it reads as a guest. */
  readonly cookies: string | null;
  /** Replaces the origin of every request. Default null: X itself. */
  readonly baseUrl?: string | null;
  /** Time between the starts of two requests. Default 2,000. */
  readonly spacingMs?: number;
  /** Whether to obey the site's robots.txt. */
  readonly robots: 'respect' | 'ignore';
  /** Default 15,000. */
  readonly requestTimeoutMs?: number;
  readonly now: () => number;
  /** Default: the clock's. */
  readonly sleep?: Sleep;
};

const operations: Readonly<Record<FetchTarget['kind'] | 'profile' | 'lookup', Operation>> = {
  profile: 'UserByScreenName',
  timeline: 'UserTweetsAndReplies',
  search: 'SearchTimeline',
  replies: 'SearchTimeline',
  lookup: 'TweetDetail',
};

/** Creates the provider that reads X like its own web client, as a guest or with a user's cookies. */
export function createXScraper(options: XScraperOptions): FetchProvider {
  const { baseUrl = null, spacingMs = 2_000, requestTimeoutMs = 15_000, now } = options;
  const session = createSession({ ...options, baseUrl, spacingMs, requestTimeoutMs });
  const obstacle = (kind: FetchTarget['kind']) =>
    kind === 'timeline' || session.loggedIn
      ? null
      : 'X does not let guests search: set X_SCRAPER_COOKIES (auth_token and ct0)';
  return {
    name: 'X_SCRAPER',
    lookupSize: null,
    pageSize: (kind) => pageSizes[kind],
    obstacle,
    profile: (who, call) => findProfile(session, who, now, call),
    async page(target, reach, call) {
      const why = obstacle(target.kind);
      if (why !== null) throw failure('PROVIDER_NOT_CONFIGURED', 'NEXT', why);
      return target.kind === 'timeline'
        ? timelinePage(session, target.account, reach, now, call)
        : searchPage(session, target, reach, now, call);
    },
    async lookup() {
      throw new Error('broken invariant: this provider looks nothing up (lookupSize is null)');
    },
    limitedUntil: (kind) => session.limitedUntil(operations[kind]),
  };
}

async function timelinePage(
  session: Session,
  target: AccountProfile,
  reach: Reach,
  now: () => number,
  call: Call,
) {
  const { signal } = call;
  const begun = parseWalk(reach.cursor) ?? startWalk(session.loggedIn);
  let requests = 0;
  let known = target.platformId ?? begun.userId;
  if (known === null) {
    const found = await findProfile(session, target, now, call);
    known = found.account.platformId;
    requests += found.cost.requests;
  }
  const userId = must(known, 'X sends the id of every account');
  const account = { ...target, platformId: userId };
  const size = Math.min(reach.want ?? pageSizes.timeline, pageSizes.timeline);
  const { json, walk, asked } = await fromCursorOrTop(begun, startWalk(session.loggedIn), (cursor) =>
    session.timeline(userId, { count: Math.max(size, 1), cursor }, signal),
  );
  const timeline = accountTimeline(json, account);
  const isOwn = (_id: string, authorId: string | null) => authorId === userId;
  const results = timeline.entries.flatMap((entry) => entry.results);
  // The top of a timeline has posts if the account has any, whatever the reach.
  if (walk.next === null && !results.some((result) => isOwn('', authorOfResult(result)))) {
    if (account.protected === true) throw accountProtected(account.handle);
    if ((account.reportedPosts ?? 0) > 0) throw emptyAnswer();
  }
  const filled = await fillThreads(session, timeline, { userId, reach, known: walk.recent }, signal);
  return pageOf({
    timeline,
    filled: filled.results,
    unfilled: filled.left,
    walk: { ...walk, userId },
    reach,
    wanted: isOwn,
    account,
    isComplete: (seen) => account.reportedPosts !== null && seen >= account.reportedPosts,
    requests: requests + asked + filled.requests,
    observedAt: now(),
  });
}

async function searchPage(
  session: Session,
  target: Exclude<FetchTarget, { readonly kind: 'timeline' }>,
  reach: Reach,
  now: () => number,
  { signal }: Call,
) {
  const begun = parseWalk(reach.cursor) ?? startWalk(true);
  const size = Math.min(reach.want ?? pageSizes.search, pageSizes.search);
  const query = queryOf(target, reach);
  const { json, walk, asked } = await fromCursorOrTop(begun, startWalk(true), (cursor) =>
    session.search(query, { count: Math.max(size, 1), cursor }, signal),
  );
  const rootId = target.kind === 'replies' ? target.rootId : null;
  return pageOf({
    timeline: foundTimeline(json),
    filled: [],
    unfilled: [],
    walk,
    reach,
    wanted: (id) => id !== rootId,
    account: target.kind === 'replies' ? target.account : null,
    isComplete: (_seen, endedEmpty) => endedEmpty,
    requests: asked,
    observedAt: now(),
  });
}

/** X refuses a cursor as invalid when it has forgotten or never issued it: then the walk begins again. */
async function fromCursorOrTop(
  begun: Walk,
  top: Walk,
  ask: (cursor: string | null) => Promise<Wire>,
): Promise<{ readonly json: Wire; readonly walk: Walk; readonly asked: number }> {
  try {
    return { json: await ask(begun.next), walk: begun, asked: 1 };
  } catch (cause) {
    const isInvalid = cause instanceof ProviderError && cause.code === 'BAD_INPUT';
    if (begun.next === null || !isInvalid) throw cause;
    return { json: await ask(null), walk: top, asked: 2 };
  }
}

/** `max_id` is inclusive on X, `since_id` is not. */
function queryOf(target: Exclude<FetchTarget, { readonly kind: 'timeline' }>, reach: Reach): string {
  const { sinceId, untilId } = reach;
  const bounds = [
    ...(sinceId === null ? [] : [`since_id:${sinceId}`]),
    ...(untilId === null ? [] : [`max_id:${BigInt(untilId) - 1n}`]),
  ];
  if (target.kind === 'replies') return [`conversation_id:${target.rootId}`, ...bounds].join(' ');
  // Without parentheses, the bounds would apply to only one side of an OR.
  return bounds.length === 0 ? target.query : [`(${target.query})`, ...bounds].join(' ');
}

function authorOfResult(result: Wire): string | null {
  const tweet = tweetOf(result);
  return tweet === null ? null : authorIdOf(tweet);
}
