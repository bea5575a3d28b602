import { type GivenFilter, parseFilter } from '../entities/post/parse-filter.ts';
import { BadInputError } from '../shared/errors.ts';
import { findTag } from '../shared/hashtag.ts';
import { dayMs, hourMs, minuteMs } from '../shared/instant.ts';
import { searchQuery } from '../shared/search-query.ts';
import { requireBetween, requireDuration } from './bounds.ts';
import type { Condition, SavedSearch } from './condition.ts';

type Given<T> = T | null | undefined;

/** An alert's condition as the user gives it: exactly one field is set. */
export type GivenCondition = {
  readonly posts?: Given<GivenFilter>;
  readonly burst?: Given<{ hashtag: string; window: number; minScore: number; minPosts: number }>;
  readonly wordRate?: Given<{ word: string; window: number; minPosts: number; timesUsual?: Given<number> }>;
  readonly likes?: Given<{ timesNormal: number; minLikes: number; within: number }>;
  readonly followersLost?: Given<{ count?: Given<number>; percent?: Given<number>; within: number }>;
};

/** Most characters of a saved search as JSON. */
const searchLengthMax = 5_000;
const wordLengthMax = 200;
const countMax = 1_000_000_000;

const names = ['posts', 'burst', 'wordRate', 'likes', 'followersLost'] as const;

/** Parses a condition; throws BAD_INPUT when not exactly one is set, or a number is out of bounds. */
export function parseCondition(given: GivenCondition): Condition {
  const set = names.filter((name) => given[name] != null);
  if (set.length !== 1) {
    throw new BadInputError(`Give exactly one condition of ${names.join(', ')}: ${set.length} given`);
  }
  const { posts, burst, wordRate, likes, followersLost } = given;
  if (posts != null) return { kind: 'POSTS', filter: parseSavedSearch(posts) };
  if (burst != null) return parseBurst(burst);
  if (wordRate != null) return parseWordRate(wordRate);
  if (likes != null) return parseLikes(likes);
  return parseFollowersLost(followersLost as NonNullable<typeof followersLost>); // safe: one of them is set
}

/** Checks a filter and returns it as given, to be stored. */
function parseSavedSearch(filter: GivenFilter): SavedSearch {
  const { range, streams, own, ...rest } = filter;
  if (range != null) throw new BadInputError('A saved search checks posts as they arrive: leave out range');
  if (streams != null) throw new BadInputError('Give the streams of the alert, not of its filter');
  if (own === false || own === null) {
    throw new BadInputError("A saved search checks streams' own posts: leave out own");
  }
  const saved = Object.fromEntries(Object.entries(rest).filter(([, value]) => value != null));
  if (Object.keys(saved).length === 0) throw new BadInputError('Empty filter: every post would match');
  parseFilter(filter, true);
  const { length } = JSON.stringify(saved);
  if (length > searchLengthMax) {
    throw new BadInputError(
      `Saved search too long: ${length} characters of JSON, ${searchLengthMax} allowed`,
    );
  }
  return saved;
}

function parseBurst({
  hashtag,
  window,
  minScore,
  minPosts,
}: NonNullable<GivenCondition['burst']>): Condition {
  const tag = findTag(hashtag.trim().replace(/^[#＃]/, ''));
  if (tag === null || tag.length > wordLengthMax) {
    throw new BadInputError(`Not a hashtag: ${hashtag.slice(0, 60)}`);
  }
  return {
    kind: 'BURST',
    tag,
    windowMs: requireWindow(window),
    minScore: requireBetween('minScore', minScore, 1, 1_000),
    minPosts: requireBetween('minPosts', minPosts, 1, countMax),
  };
}

function parseWordRate(given: NonNullable<GivenCondition['wordRate']>): Condition {
  const { window, minPosts, timesUsual } = given;
  const word = given.word.trim();
  if (word.length > wordLengthMax) {
    throw new BadInputError(`Word too long: ${word.length} characters, ${wordLengthMax} allowed`);
  }
  if (searchQuery(word) === '') throw new BadInputError(`No word: "${word.slice(0, 60)}"`);
  return {
    kind: 'WORD_RATE',
    word,
    windowMs: requireWindow(window),
    minPosts: requireBetween('minPosts', minPosts, 1, countMax),
    times: timesUsual == null ? null : requireBetween('timesUsual', timesUsual, 1, 1_000_000),
  };
}

function parseLikes({ timesNormal, minLikes, within }: NonNullable<GivenCondition['likes']>): Condition {
  return {
    kind: 'LIKES',
    times: requireBetween('timesNormal', timesNormal, 1, 1_000_000),
    minLikes: requireBetween('minLikes', minLikes, 0, countMax),
    withinMs: requireDuration('within', within, hourMs, 30 * dayMs),
  };
}

function parseFollowersLost(given: NonNullable<GivenCondition['followersLost']>): Condition {
  const { count, percent, within } = given;
  if ((count == null) === (percent == null)) throw new BadInputError('Give either count or percent');
  return {
    kind: 'FOLLOWERS_LOST',
    count: count == null ? null : requireBetween('count', count, 1, countMax),
    percent: percent == null ? null : requireBetween('percent', percent, 0.01, 100),
    withinMs: requireDuration('within', within, hourMs, 90 * dayMs),
  };
}

const requireWindow = (window: number): number => requireDuration('window', window, minuteMs, 7 * dayMs);
