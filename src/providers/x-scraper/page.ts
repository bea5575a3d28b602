import type { FetchedPage, Reach } from '../fetch-provider.ts';
import type { AccountProfile, NormalisedPost } from '../../shared/post.ts';
import { newestVersions } from '../x/edits.ts';
import { isNewer, isWithin, newestFirst, oldestOf } from '../x/ids.ts';
import { idOf, type Wire } from '../x/json.ts';
import { drift } from './failures.ts';
import { authorIdOf, editOf, readPost, tweetOf } from './post.ts';
import type { Timeline } from './timeline.ts';
import { advance, type Walk, writeWalk } from './walk.ts';

/** One page of X and how to read it. */
type PageFacts = {
  readonly timeline: Timeline;
  /** Posts of conversations that the timeline left out. */
  readonly filled: readonly Wire[];
  /** Ids of such posts that were not requested because there were too many. */
  readonly unfilled: readonly string[];
  readonly walk: Walk;
  readonly reach: Reach;
  /** Whether a post belongs to the target, by its id and its author's id. */
  readonly wanted: (id: string, authorId: string | null) => boolean;
  /** The account whose posts are own; null: all are. */
  readonly account: AccountProfile | null;
  /** Whether X has shown everything, by the number of posts seen and whether the last page was empty. */
  readonly isComplete: (seen: number, endedEmpty: boolean) => boolean;
  readonly requests: number;
  readonly observedAt: number;
};

type Found = { readonly id: string; readonly authorId: string | null; readonly result: Wire };

/** Builds the page of a timeline or search: its posts within the reach, and whether and where the walk continues. */
export function pageOf(facts: PageFacts): FetchedPage {
  const { timeline, walk, reach, wanted, account, observedAt } = facts;
  const byEntry = timeline.entries.map((entry) => ({
    pinned: entry.pinned,
    found: entry.results.flatMap(identified),
  }));
  const all = distinct([...byEntry.flatMap((entry) => entry.found), ...facts.filled.flatMap(identified)]);
  const isWanted = ({ id, authorId }: Found) => wanted(id, authorId);
  const chosen = all.filter(isWanted);
  const { posts, rejected } = readAll(chosen, account, observedAt);
  const isInside = (id: string) => isWithin(id, reach);
  const places = byEntry
    .filter((entry) => !entry.pinned)
    .flatMap((entry) => newest(entry.found.filter(isWanted).map(({ id }) => id)));
  const { walk: after, fresh } = advance(walk, {
    next: timeline.bottom,
    ids: all.map(({ id }) => id),
    wanted: chosen.map(({ id }) => id),
    places,
  });
  const end = endOf(facts, after, fresh, all.length === 0);
  const edits = chosen.flatMap(({ result }) => {
    const versions = editOf(result);
    return versions === null ? [] : [versions];
  });
  return {
    posts: newestVersions(posts, edits)
      .filter(({ platformId }) => isInside(platformId))
      .sort((a, b) => newestFirst(a.platformId, b.platformId)),
    rejected: [
      ...rejected.filter(({ id }) => isInside(id)).map(({ id, reason }) => ({ where: `post ${id}`, reason })),
      ...facts.unfilled.map((id) => ({ where: `post ${id}`, reason: 'X left it out of a long thread' })),
    ],
    cursor: end === null ? writeWalk(after) : null,
    through: throughOf(after, end, places, chosen, isInside),
    end,
    deleted: [],
    edits,
    cost: {
      requests: facts.requests,
      postIds: all.map(({ id }) => id),
      users: new Set(all.map(({ authorId }) => authorId)).size,
    },
  };
}

function identified(result: Wire): readonly Found[] {
  const tweet = tweetOf(result);
  const id = tweet === null ? null : idOf(tweet, 'rest_id');
  return tweet === null || id === null ? [] : [{ id, authorId: authorIdOf(tweet), result }];
}

function distinct(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

type Unread = { readonly id: string; readonly reason: string };

/** Rejects a post that cannot be read. When none can be read, X's format has changed, which is an error. */
function readAll(
  chosen: readonly Found[],
  account: AccountProfile | null,
  observedAt: number,
): { readonly posts: readonly NormalisedPost[]; readonly rejected: readonly Unread[] } {
  const posts: NormalisedPost[] = [];
  const rejected: Unread[] = [];
  for (const { id, result } of chosen) {
    const read = readPost(result, account, observedAt);
    if ('unreadable' in read) rejected.push({ id, reason: read.unreadable });
    else posts.push(read);
  }
  const [first] = rejected;
  if (posts.length === 0 && first !== undefined) throw drift(`post ${first.id}, ${first.reason}`);
  return { posts, rejected };
}

function newest(ids: readonly string[]): readonly string[] {
  const [first, ...rest] = ids;
  if (first === undefined) return [];
  return [rest.reduce((top, id) => (isNewer(id, top) ? id : top), first)];
}

/** X never says that a timeline has ended: its last pages are empty, repeat, or have no cursor. */
function endOf(facts: PageFacts, after: Walk, fresh: number, isEmpty: boolean): FetchedPage['end'] {
  const { walk, reach } = facts;
  const { sinceId } = reach;
  if (sinceId !== null && after.ordered && after.lowest !== null && !isNewer(after.lowest, sinceId)) {
    return 'REACHED';
  }
  const isLast = fresh === 0 || after.next === null || after.next === walk.next;
  if (!isLast) return null;
  return facts.isComplete(after.seen, isEmpty) ? 'REACHED' : 'LIMIT';
}

/**
 * Older posts that are shown within a thread do not prove that the page is complete down to them: only the places
 * count.
 */
function throughOf(
  after: Walk,
  end: FetchedPage['end'],
  places: readonly string[],
  chosen: readonly Found[],
  isInside: (id: string) => boolean,
): string | null {
  const ids = after.ordered ? places : end === 'REACHED' ? chosen.map(({ id }) => id) : [];
  return oldestOf(ids.filter(isInside));
}
