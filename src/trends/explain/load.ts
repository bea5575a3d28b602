import { setImmediate } from 'node:timers/promises';
import type { Database } from '../../db/client.ts';
import { minuteMs } from '../../shared/instant.ts';
import { relationOf } from '../related/compute.ts';
import { findRise } from './change-point.ts';
import { largestShares, postsFrom, type Share } from './compute.ts';
import { NearDuplicates } from './near-duplicates.ts';
import {
  type AuthorRow,
  countPosts,
  countUses,
  listAuthors,
  listBeside,
  listMinutes,
  listNewestUses,
  type MinuteRow,
  type TagWindow,
  type UseRow,
} from './query.ts';

/** A hashtag that rose together with another. */
export type RisenBeside = {
  readonly tag: string;
  /** Posts of the window with both. */
  readonly posts: number;
  /** The share of the posts with the first hashtag that have this one, too. */
  readonly cooccurrenceRate: number;
  /** How many times likelier it is in posts with the first hashtag than in any post of the window. */
  readonly lift: number;
};

/** What explains the use of a hashtag in a window. Instants are milliseconds. */
export type Explanation = {
  readonly beganAt: number | null;
  readonly beganBetween: readonly [number, number] | null;
  readonly posts: readonly Share<UseRow>[];
  readonly authors: readonly Share<AuthorRow>[];
  readonly with: readonly RisenBeside[];
  /** Mean scores, -1 to 1; null when no post is scored. */
  readonly sentimentBefore: number | null;
  readonly sentimentAfter: number | null;
  /** Shares of the window's posts, 0 to 1; 0 when there are none. */
  readonly topAuthorShare: number;
  readonly nearDuplicateShare: number;
};

/** The most posts, authors and hashtags in an explanation. */
const shownMax = 10;
/** The most hashtags that are checked for a rise. */
const besideMax = 100;
/** The most posts whose texts and links are read: the newest. They take about 10 MB and a third of a second. */
export const textsMax = 20_000;
/** The longest time between a text and its repetition by the same campaign. */
const duplicateMs = 10 * minuteMs;
/** The most steps of the search for a rise: a week and the week before by minute; longer windows by several minutes. */
const stepsMax = 14 * 24 * 60;
/** Texts compared in one turn of the event loop: about 5 ms. */
const comparedInARow = 100;

/**
 * Explains the use of a hashtag in a window by its posts, in six statements whatever the window holds. The largest
 * read the posts of the tag in the window and in the window before.
 */
export async function explain(db: Database, window: TagWindow): Promise<Explanation> {
  const { from, to } = window;
  const start = 2 * from - to;
  const [minutes, authors, uses, beside, posts] = await Promise.all([
    listMinutes(db, window),
    listAuthors(db, window, 2 * shownMax),
    listNewestUses(db, window, textsMax),
    listBeside(db, window, besideMax),
    countPosts(db, window),
  ]);
  const used = await countUses(
    db,
    beside.map((other) => other.tag),
    window,
  );
  const total = sumPosts(minutes.filter(({ isWithin }) => isWithin));
  const stepMs = minuteMs * Math.ceil((to - start) / minuteMs / stepsMax);
  const firstStep = Math.floor(start / stepMs);
  const rise = findRise(perStep(minutes, stepMs, { first: firstStep, end: Math.ceil(to / stepMs) }));
  const instantOf = (step: number) => (firstStep + step) * stepMs;
  const began = rise === null ? from : instantOf(rise.at);
  const isAfter = ({ minute, isWithin }: MinuteRow) =>
    rise === null ? isWithin : minute * minuteMs >= began;
  const byPost = new Map(uses.map((use) => [use.postId, use]));
  const origins = [...postsFrom(uses)].flatMap(([id, count]) => {
    const use = byPost.get(id);
    return use === undefined ? [] : [[use, count] as const];
  });
  return {
    beganAt: rise && instantOf(rise.at),
    beganBetween: rise && [instantOf(rise.between[0]), instantOf(rise.between[1])],
    posts: largestShares(origins, uses.length, shownMax),
    authors: largestShares(
      authors.map((author) => [author, author.posts] as const),
      total,
      shownMax,
    ),
    with: risenOf(beside, used, { uses: total, posts }),
    sentimentBefore: meanOf(minutes.filter((minute) => !isAfter(minute))),
    sentimentAfter: meanOf(minutes.filter(isAfter)),
    topAuthorShare: total === 0 ? 0 : (authors[0]?.posts ?? 0) / total,
    nearDuplicateShare: uses.length === 0 ? 0 : (await countRepeats(uses)) / uses.length,
  };
}

const sumPosts = (minutes: readonly MinuteRow[]) => minutes.reduce((sum, { posts }) => sum + posts, 0);

/** Returns the posts in each step from `first` to `end`, exclusive. */
function perStep(
  minutes: readonly MinuteRow[],
  stepMs: number,
  { first, end }: { readonly first: number; readonly end: number },
): readonly number[] {
  const counts = new Array<number>(end - first).fill(0);
  for (const { minute, posts } of minutes) {
    const step = Math.floor((minute * minuteMs) / stepMs) - first;
    counts[step] = (counts[step] ?? 0) + posts;
  }
  return counts;
}

function meanOf(minutes: readonly MinuteRow[]): number | null {
  const scored = minutes.reduce((sum, minute) => sum + minute.scored, 0);
  const sentiment = minutes.reduce((sum, minute) => sum + minute.sentiment, 0);
  return scored === 0 ? null : sentiment / scored / 10_000;
}

/**
 * Returns the tags that are used more than in the window before and are likelier beside the tag than elsewhere; most
 * posts first.
 */
function risenOf(
  beside: readonly { readonly tag: string; readonly posts: number }[],
  used: readonly { readonly tag: string; readonly now: number; readonly before: number }[],
  all: { readonly uses: number; readonly posts: number },
): readonly RisenBeside[] {
  const usedOf = new Map(used.map((row) => [row.tag, row]));
  return beside
    .flatMap(({ tag, posts }) => {
      const { now = 0, before = 0 } = usedOf.get(tag) ?? {};
      // In whole numbers, so that rounding does not count a tag that is equally likely elsewhere.
      const isLikelier = posts * all.posts > all.uses * now;
      return now > before && isLikelier
        ? [{ tag, posts, ...relationOf(posts, all.uses, now, all.posts) }]
        : [];
    })
    .slice(0, shownMax);
}

async function countRepeats(uses: readonly UseRow[]): Promise<number> {
  const seen = new NearDuplicates(duplicateMs);
  let repeats = 0;
  for (const [at, use] of uses.entries()) {
    if (seen.add(use)) repeats++;
    if (at % comparedInARow === comparedInARow - 1) await setImmediate();
  }
  return repeats;
}
