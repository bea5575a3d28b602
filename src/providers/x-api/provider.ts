import type { AccountProfile } from '../../shared/post.ts';
import type { Call, FetchedPage, FetchProvider, FetchTarget, Lookup, Reach } from '../fetch-provider.ts';
import { connect } from './client.ts';
import { misunderstood } from './failures.ts';
import { Limits } from './limits.ts';
import { fetchPage, sizeOf } from './page.ts';
import { deliver, inEitherVocabulary } from './posts.ts';
import { readProfile } from './profile.ts';
import { userSelector } from './vocabulary.ts';

/** How to reach X's API. */
export type XApiOptions = {
  /** An app's token, which can read everything public. */
  readonly bearerToken: string;
  /** Default `https://api.x.com`. May be the http or https URL of a gateway, with its port and path. */
  readonly baseUrl?: string;
  /** Time limit from sending a request to the last byte of its answer; default 15,000. */
  readonly requestTimeoutMs?: number;
  readonly now?: () => number;
};

const lookupSize = 100;

/**
 * Creates the provider for X's own API, version 2, with an app's token: timelines to 3,200 posts, search and replies of
 * seven days, lookups.
 */
export function createXApi({
  bearerToken,
  baseUrl = 'https://api.x.com',
  requestTimeoutMs = 15_000,
  now = Date.now,
}: XApiOptions): FetchProvider {
  const limits = new Limits();
  const ask = connect({ bearerToken, baseUrl, requestTimeoutMs, now }, limits);
  const askPosts = inEitherVocabulary(ask);

  const profile: FetchProvider['profile'] = async ({ handle, platformId }, { signal }) => {
    const request =
      platformId === null
        ? ({ endpoint: 'userByHandle', path: `users/by/username/${encodeURIComponent(handle)}` } as const)
        : ({ endpoint: 'userById', path: `users/${platformId}` } as const);
    const body = await ask({ ...request, query: userSelector }, signal);
    return { account: readProfile(body, now()), cost: { requests: 1, postIds: [], users: 1 } };
  };

  const timeline = async (account: AccountProfile, reach: Reach, call: Call): Promise<FetchedPage> => {
    const { platformId } = account;
    const io = { askPosts, signal: call.signal, now };
    if (platformId !== null)
      return fetchPage({ kind: 'timeline', account: { ...account, platformId } }, reach, io);
    const found = await profile(account, call);
    const page = await timeline(found.account, reach, call);
    return { ...page, cost: { ...page.cost, requests: page.cost.requests + 1, users: 1 } };
  };

  const lookup = async (
    ids: readonly string[],
    account: AccountProfile | null,
    { signal }: Call,
  ): Promise<Lookup> => {
    if (ids.length > lookupSize) throw new RangeError(`${ids.length} ids, a lookup takes ${lookupSize}`);
    if (ids.length === 0)
      return {
        posts: [],
        rejected: [],
        deleted: [],
        unanswered: [],
        cost: { requests: 0, postIds: [], users: 0 },
      };
    const request = { endpoint: 'lookup', path: 'tweets', query: { ids: ids.join(',') } } as const;
    const { answer, requests } = await askPosts(request, signal);
    if (answer.entries.length === 0 && answer.problems.length === 0) {
      throw misunderstood('data: expected array, received nothing');
    }
    const asked = new Set(ids);
    const { posts, rejected, gone, edits } = deliver(answer, {
      owner: { account, writesUnsigned: false },
      observedAt: now(),
      isWanted: (id) => asked.has(id),
    });
    return {
      posts,
      rejected,
      deleted: gone,
      edits,
      unanswered: [],
      cost: { requests, postIds: answer.postIds, users: 0 },
    };
  };

  return {
    name: 'X_API',
    lookupSize,
    pageSize: sizeOf,
    obstacle: () => null,
    profile,
    page: (target: FetchTarget, reach: Reach, call: Call) =>
      target.kind === 'timeline'
        ? timeline(target.account, reach, call)
        : fetchPage(target, reach, { askPosts, signal: call.signal, now }),
    lookup,
    limitedUntil: (kind) => limits.until(kind, now()),
  };
}
