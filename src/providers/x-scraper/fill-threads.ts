import type { Reach } from '../fetch-provider.ts';
import { isWithin } from '../x/ids.ts';
import { idOf, type Wire } from '../x/json.ts';
import { ProviderError } from '../provider-error.ts';
import { resultsAround } from './answer.ts';
import { authorIdOf, tweetOf } from './post.ts';
import type { Session } from './session.ts';
import type { Timeline } from './timeline.ts';

/** More than one page has ever needed; the limit keeps a thread of hundreds from delaying everything else. */
const mostRequests = 20;

/** The missing posts of threads that a timeline shows in part. */
type FilledThreads = {
  readonly results: readonly Wire[];
  readonly requests: number;
  /** Ids that were not requested. */
  readonly left: readonly string[];
};

/**
 * For an account's own long threads, a timeline has only the first and last posts, but the ids of all. No later page
 * has the others, so they are requested one by one; each answer also has the posts around it.
 */
export async function fillThreads(
  session: Session,
  timeline: Timeline,
  of: { readonly userId: string; readonly reach: Reach; readonly known: readonly string[] },
  signal: AbortSignal,
): Promise<FilledThreads> {
  const shown = new Set([...of.known, ...timeline.entries.flatMap((entry) => entry.results.map(idOfResult))]);
  const isOwn = (result: Wire) => authorIdOf(tweetOf(result) ?? {}) === of.userId;
  const missing = new Set(
    timeline.entries
      .filter((entry) => entry.results.length > 0 && entry.results.every(isOwn))
      .flatMap((entry) => entry.conversation)
      .filter((id) => !shown.has(id))
      .filter((id) => isWithin(id, of.reach)),
  );
  const results: Wire[] = [];
  let requests = 0;
  for (const id of missing) {
    if (requests === mostRequests) break;
    requests += 1;
    missing.delete(id);
    for (const result of await around(session, id, signal)) {
      const found = idOfResult(result);
      if (!isOwn(result) || (found !== id && !missing.delete(found))) continue;
      results.push(result);
    }
  }
  return { results, requests, left: [...missing] };
}

/** Returns nothing when the post is deleted. */
async function around(session: Session, id: string, signal: AbortSignal): Promise<readonly Wire[]> {
  try {
    return resultsAround(await session.post(id, signal));
  } catch (cause) {
    if (cause instanceof ProviderError && cause.code === 'NOT_FOUND') return [];
    throw cause;
  }
}

function idOfResult(result: Wire): string {
  return idOf(tweetOf(result) ?? {}, 'rest_id') ?? '';
}
