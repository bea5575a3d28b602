import { dayMs } from '../../shared/instant.ts';
import type { FetchedPage, FetchTarget, Reach } from '../fetch-provider.ts';
import { snowflakeTime } from '../x/snowflake.ts';
import { newestFirst } from '../x/ids.ts';
import type { Walk } from './walk.ts';

/** Posts of a timeline that the API shows, the newest, reposts included. */
const timelineDepth = 3_200;
/** A timeline that is longer ends a little earlier: what is hidden counts, too. */
const timelineDepthSeen = 3_000;
/** How far back search goes. */
const searchWindowMs = 7 * dayMs;

/** Why a walk that has no further page ended there. */
export function endOf(target: FetchTarget, reach: Reach, walk: Walk, now: number): FetchedPage['end'] {
  return wasComplete(target, reach, walk, now) ? 'REACHED' : 'LIMIT';
}

function wasComplete(target: FetchTarget, { sinceId }: Reach, { seen }: Walk, now: number): boolean {
  if (target.kind === 'timeline') {
    const { reportedPosts } = target.account;
    if (reportedPosts !== null && reportedPosts <= timelineDepth) return true;
    if (reportedPosts !== null && sinceId === null) return false;
    return seen !== null && seen < timelineDepthSeen;
  }
  const starts = target.kind === 'replies' ? [target.rootId, sinceId] : [sinceId];
  const [start] = starts.filter((id) => id !== null).sort(newestFirst);
  const startedAt = start === undefined ? null : snowflakeTime(start);
  return startedAt !== null && startedAt >= now - searchWindowMs;
}
