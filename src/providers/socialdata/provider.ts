import type { AccountProfile, NormalisedPost, Rejection } from '../../shared/post.ts';
import { withoutTrailingSlashes } from '../../shared/text.ts';
import type { Call, FetchedPage, FetchProvider, Reach } from '../fetch-provider.ts';
import { accountPage, type KnownAccount } from './account.ts';
import { createClient } from './client.ts';
import { createDelivered } from './delivered.ts';
import { lookUp } from './lookup.ts';
import { isOwn, readPost } from './map-tweet.ts';
import { printPlace } from './place.ts';
import { fetchProfile } from './profile.ts';
import { isWithin } from '../x/ids.ts';
import { queryPage, repliesPage } from './search.ts';
import { type Get, type Step, throughOf, wanted } from './walk.ts';

type SocialDataOptions = {
  readonly apiKey: string;
  /** Default: the service's own. */
  readonly baseUrl?: string;
  /** Time limit of one request, including its body; default 15,000. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds since 1970; default: the clock. */
  readonly now?: () => number;
};

/** Posts that the service returns in one page. */
const pageSize = 20;
/** Each id takes one of the 120 requests of a minute. */
const lookupSize = 20;
/**
 * Most requests of each call. An account's page may need its id, a search, and the timeline when the search is not
 * trusted.
 */
const requestsOf = { timeline: 3, search: 1, replies: 2, profile: 1, lookup: lookupSize };

/** Creates the provider for SocialData.tools. */
export function createSocialData(options: SocialDataOptions): FetchProvider {
  const { apiKey, requestTimeoutMs = 15_000, now = Date.now } = options;
  const baseUrl = withoutTrailingSlashes(options.baseUrl ?? 'https://api.socialdata.tools');
  const client = createClient({ apiKey, baseUrl, requestTimeoutMs, now });

  /** Runs a call of one or several requests. What was delivered is charged, even when a later request fails. */
  async function counted<T>({ signal, charge }: Call, work: (get: Get) => Promise<T>) {
    const delivered = createDelivered();
    const get: Get = async (path, parameters = {}) => {
      delivered.countRequest();
      const answer = await client.get(path, parameters, signal);
      delivered.countAnswer(answer?.json);
      return answer;
    };
    try {
      return { ...(await work(get)), cost: delivered.cost() };
    } catch (error) {
      const cost = delivered.cost();
      // A request that delivers nothing is free.
      if (cost.postIds.length > 0 || cost.users > 0) charge?.(cost);
      throw error;
    }
  }

  return {
    name: 'SOCIALDATA',
    lookupSize,
    pageSize: () => pageSize,
    obstacle: () => null,
    limitedUntil: (kind) => client.limitedUntil(requestsOf[kind]),
    async profile(who, call) {
      return counted(call, async (get) => ({ account: await fetchProfile(get, who, now) }));
    },
    async page(target, reach, call) {
      return counted(call, async (get) => {
        if (target.kind === 'search') {
          return pageOf(await queryPage(get, target.query, reach), null, reach, now());
        }
        const account = await identified(get, target.account, now);
        const step =
          target.kind === 'timeline'
            ? await accountPage(get, account, reach)
            : await repliesPage(get, target.rootId, reach);
        return pageOf(step, account, reach, now());
      });
    },
    lookup: (ids, account, call) => counted(call, (get) => lookUp(get, ids, account, now)),
  };
}

/** Returns the account with its id; requests the id when it is not known. */
async function identified(get: Get, account: AccountProfile, now: () => number): Promise<KnownAccount> {
  const { platformId } = account;
  return platformId === null ? fetchProfile(get, account, now) : { ...account, platformId };
}

function pageOf(
  step: Step,
  account: KnownAccount | null,
  reach: Reach,
  observedAt: number,
): Omit<FetchedPage, 'cost'> {
  const posts: NormalisedPost[] = [];
  const rejected: Rejection[] = step.rejected
    .filter(({ id }) => id === null || isWithin(id, reach))
    .map(({ where, reason }) => ({ where, reason }));
  for (const served of wanted(step, reach)) {
    const post = readPost(served, isOwn(served.tweet, account), observedAt);
    if (typeof post === 'string') rejected.push({ where: `tweet ${served.tweet.id_str}`, reason: post });
    else posts.push(post);
  }
  return {
    posts,
    rejected,
    cursor: step.next && printPlace(step.next),
    through: throughOf(step.tweets, reach),
    end: step.end,
    deleted: [], // lists silently leave out deleted posts
  };
}
