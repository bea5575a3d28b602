import type { Call, FetchProvider } from '../fetch-provider.ts';
import { ProviderError } from '../provider-error.ts';
import { idOf, isWire, type Wire } from '../x/json.ts';
import { accountTimeline, userIn } from './answer.ts';
import { failure } from './failures.ts';
import { authorIdOf, tweetOf, userOf } from './post.ts';
import { pageSizes, type Session } from './session.ts';
import { accountOf } from './user.ts';

type Profile = Awaited<ReturnType<FetchProvider['profile']>>;

/** Fetches an account's current profile: by its handle, else as the author of the posts of its id. */
export async function findProfile(
  session: Session,
  { handle, platformId }: Parameters<FetchProvider['profile']>[0],
  now: () => number,
  { signal }: Call,
): Promise<Profile> {
  const user = await session.user(handle, signal).then(
    (json) => unlessGone(() => userIn(json, handle), platformId),
    (cause: unknown) => unlessGone(() => raise(cause), platformId),
  );
  if (user !== null && (platformId === null || user.rest_id === platformId)) {
    const account = accountOf(user, 'data.user.result', now());
    return { account, cost: { requests: 1, postIds: [], users: 1 } };
  }
  return profileById(session, handle, platformId ?? '', now, signal);
}

/** Null when X has no such handle and the account can be found by its id. */
function unlessGone(read: () => Wire, platformId: string | null): Wire | null {
  try {
    return read();
  } catch (cause) {
    if (platformId !== null && cause instanceof ProviderError && cause.code === 'NOT_FOUND') return null;
    throw cause;
  }
}

function raise(cause: unknown): never {
  throw cause;
}

/**
 * The library requests users by handle only. After a change of handle, the account is found as the author of its own
 * posts.
 */
async function profileById(
  session: Session,
  handle: string,
  id: string,
  now: () => number,
  signal: AbortSignal,
): Promise<Profile> {
  const json = await session.timeline(id, { count: pageSizes.timeline, cursor: null }, signal);
  const holder = isWire(json.data) ? json.data.user : null;
  if (isWire(holder) && isWire(holder.result)) {
    const { entries } = accountTimeline(json, { handle, protected: null });
    const tweets = entries
      .flatMap((entry) => entry.results)
      .flatMap((result): Wire[] => {
        const tweet = tweetOf(result);
        return tweet === null ? [] : [tweet];
      });
    const own = tweets.find((tweet) => authorIdOf(tweet) === id);
    if (own !== undefined) {
      const account = accountOf(userOf(own), 'core.user_results.result', now());
      const postIds = tweets.flatMap((tweet) => idOf(tweet, 'rest_id') ?? []);
      const users = new Set(tweets.map(authorIdOf)).size;
      return { account, cost: { requests: 2, postIds, users } };
    }
  }
  throw failure(
    'NOT_FOUND',
    'NEXT',
    `@${handle} is no longer the account ${id}, and X shows none of its posts, which would have its new handle`,
  );
}
