import type { AccountProfile } from '../../shared/post.ts';
import type { FetchedPage, FetchTarget, Reach } from '../fetch-provider.ts';
import type { PostsAnswer } from './answer.ts';
import type { ApiRequest } from './client.ts';
import { endOf } from './end.ts';
import { accountFailure, InvalidRequestError, misunderstood } from './failures.ts';
import { type AskPosts, deliver } from './posts.ts';
import { isNewer, isWithin, newestFirst } from '../x/ids.ts';
import { beginning, fromCursor, toCursor, type Walk } from './walk.ts';

const pageSize = 100;

/** The page size for so many wanted posts; the API has a minimum. */
export const sizeOf = (kind: FetchTarget['kind'], want: number = pageSize): number =>
  Math.min(pageSize, Math.max(kind === 'timeline' ? 5 : 10, want));

/** A target whose account id is known: the API lists timelines by id only. */
type KnownTarget =
  | Exclude<FetchTarget, { kind: 'timeline' }>
  | { readonly kind: 'timeline'; readonly account: AccountProfile & { readonly platformId: string } };

/** Fetches one page, see `FetchProvider.page`. */
export async function fetchPage(
  target: KnownTarget,
  reach: Reach,
  io: { readonly askPosts: AskPosts; readonly signal: AbortSignal; readonly now: () => number },
): Promise<FetchedPage> {
  const asked = await askPatiently(target, reach, io);
  const observedAt = io.now();
  if (asked.answer === null) return { ...nothing(asked.requests), end: 'LIMIT' };
  const { answer, walk } = asked;
  if (answer.page === null) throw noPage(target, answer);
  if (answer.page.nextToken !== null && answer.page.nextToken === walk.token) {
    throw misunderstood('meta.next_token: the answer names the page that was just requested as the next one');
  }
  const { posts, rejected, gone, edits } = deliver(answer, {
    owner: {
      account: target.kind === 'search' ? null : target.account,
      writesUnsigned: target.kind === 'timeline',
    },
    observedAt,
    isWanted: (id) => isWithin(id, reach),
  });
  const ids = answer.entries.flatMap(({ id }) => id ?? []);
  const onward = {
    ...walk,
    token: answer.page.nextToken,
    seen: walk.seen === null ? null : walk.seen + ids.length,
  };
  const { sinceId } = reach;
  const isPastEnd = sinceId !== null && ids.some((id) => !isNewer(id, sinceId));
  const isLast = onward.token === null || isPastEnd;
  const end = isPastEnd ? 'REACHED' : endOf(target, reach, onward, observedAt);
  return {
    posts,
    rejected,
    cursor: isLast ? null : toCursor(onward),
    through:
      ids
        .filter((id) => isWithin(id, reach))
        .sort(newestFirst)
        .at(-1) ?? null,
    end: isLast ? end : null,
    deleted: gone,
    edits,
    cost: { requests: asked.requests, postIds: answer.postIds, users: 0 },
  };
}

/**
 * Requests the page, and again when the refused parameter can be corrected: a cursor that X has forgotten is dropped
 * and the walk begins again at the reach; a `since_id` before the search window is left out, since the reach is checked
 * here anyway. `answer` is null when the whole reach is before the window.
 */
async function askPatiently(
  target: KnownTarget,
  reach: Reach,
  io: { readonly askPosts: AskPosts; readonly signal: AbortSignal },
): Promise<{ readonly answer: PostsAnswer | null; readonly walk: Walk; readonly requests: number }> {
  let walk = fromCursor(reach.cursor) ?? beginning(reach);
  for (let refused = 0; ; refused++) {
    try {
      const { answer, requests } = await io.askPosts(requestFor(target, walk, reach.want), io.signal);
      return { answer, walk, requests: refused + requests };
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      const names = (...parameters: string[]) => parameters.some((name) => error.parameters.includes(name));
      if (walk.token !== null && names('pagination_token', 'next_token')) walk = beginning(reach);
      else if (walk.sinceId !== null && names('since_id')) walk = { ...walk, sinceId: null };
      else if (target.kind !== 'timeline' && walk.untilId !== null && names('until_id')) {
        return { answer: null, walk, requests: refused + 1 };
      } else throw error;
    }
  }
}

function requestFor(target: KnownTarget, walk: Walk, want: number | null): ApiRequest {
  const query = {
    max_results: sizeOf(target.kind, want ?? pageSize),
    since_id: walk.sinceId ?? undefined,
    until_id: walk.untilId ?? undefined,
  };
  const token = walk.token ?? undefined;
  if (target.kind === 'timeline') {
    const path = `users/${target.account.platformId}/tweets`;
    return { endpoint: 'timeline', path, query: { ...query, pagination_token: token } };
  }
  const search = target.kind === 'search' ? target.query : `conversation_id:${target.rootId}`;
  return {
    endpoint: 'search',
    path: 'tweets/search/recent',
    query: { ...query, query: search, next_token: token },
  };
}

/**
 * Returns the error for an answer without `meta`, which lists no posts: the account cannot be shown, or the format is
 * unknown.
 */
function noPage(target: KnownTarget, { problems }: PostsAnswer): Error {
  const [problem] = problems;
  const ofAccount = target.kind === 'timeline' ? accountFailure(problems) : null;
  if (ofAccount !== null) return ofAccount;
  const said = problem?.detail ?? problem?.title;
  return misunderstood(`meta: expected object, received nothing${said ? ` but: ${said}` : ''}`);
}

function nothing(requests: number) {
  const cost = { requests, postIds: [], users: 0 };
  return { posts: [], rejected: [], cursor: null, through: null, deleted: [], cost };
}
