import type { AccountProfile } from '../../shared/post.ts';
import { isWire, textOf, type Wire } from '../x/json.ts';
import { accountGone, accountProtected, accountSuspended, drift, failure } from './failures.ts';
import { readTimeline, type Timeline } from './timeline.ts';

/** Returns the user object of an answer; throws a ProviderError when X says that the user cannot be shown. */
export function userIn(json: Wire, handle: string): Wire {
  const user = at(json, ['data', 'user', 'result']);
  if (!isWire(user)) throw accountGone(`@${handle}`);
  if (user.__typename === 'UserUnavailable') throw unavailable(user, handle);
  return user;
}

/** Reads the timeline of an account. */
export function accountTimeline(json: Wire, account: Pick<AccountProfile, 'handle' | 'protected'>): Timeline {
  const user = at(json, ['data', 'user', 'result']);
  if (isWire(user) && user.__typename === 'UserUnavailable') throw unavailable(user, account.handle);
  if (!isWire(user)) throw emptyAnswer();
  // When only followers may see the timeline, a guest gets this object without a timeline in it.
  const holder = isWire(user.timeline) ? user.timeline : user.timeline_v2;
  const isEmpty = isWire(holder) && holder.timeline === undefined;
  if (isEmpty && account.protected === true) throw accountProtected(account.handle);
  return readTimeline(at(holder, ['timeline']), 'data.user.result.timeline.timeline');
}

/** Reads the posts that a search found. */
export function foundTimeline(json: Wire): Timeline {
  if (!isWire(at(json, ['data', 'search_by_raw_query']))) throw emptyAnswer();
  const path = ['data', 'search_by_raw_query', 'search_timeline', 'timeline'];
  return readTimeline(at(json, path), path.join('.'));
}

/** Returns the results of an answer about one post: its whole conversation, or the post alone. */
export function resultsAround(json: Wire): readonly Wire[] {
  const alone = at(json, ['data', 'tweetResult', 'result']);
  if (isWire(alone)) return [alone];
  const conversation = at(json, ['data', 'threaded_conversation_with_injections_v2']);
  if (!isWire(conversation)) return [];
  const path = 'data.threaded_conversation_with_injections_v2';
  return readTimeline(conversation, path).entries.flatMap((entry) => entry.results);
}

/** A 200 without contents: X sometimes answers so to clients that it does not trust. */
export function emptyAnswer() {
  return failure(
    'PROVIDER_UNAVAILABLE',
    'NEXT',
    'X answered without any posts although there are some, as it does to clients that it does not trust',
  );
}

function unavailable(user: Wire, handle: string) {
  const reason = textOf(user.reason);
  if (reason === 'Suspended') return accountSuspended();
  if (reason === 'Protected') return accountProtected(handle);
  if (reason === null) return drift('data.user.result.reason is missing');
  return failure('PROVIDER_UNAVAILABLE', 'NEXT', `X does not show @${handle}: ${reason}`);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inside, key) => (isWire(inside) ? inside[key] : undefined), value);
}
