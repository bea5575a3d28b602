import { dayMs } from '../../shared/instant.ts';
import type { FetchedPage, FetchTarget, Reach } from '../fetch-provider.ts';
import { snowflakeTime } from '../x/snowflake.ts';
import { newestFirst } from '../x/ids.ts';
import type { Walk } from './walk.ts';

/** The API shows only so many of the newest posts of a timeline, reposts included. */
const timelineDepth = 3_200;
/** A longer timeline ends a little earlier, since hidden posts count, too. */
const timelineDepthSeen = 3_000;
/** How far back search goes. */
const searchWindowMs = 7 * dayMs;

/** Returns why a walk ended at its last page. */
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
