import { formatDuration } from '../shared/duration.ts';
import type { Burst } from './burst.ts';
import type { Loss } from './compute.ts';
import type { SavedSearch } from './condition.ts';

/** Most characters of a summary. */
const lengthMax = 300;

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const rounded = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });
const posts = (count: number): string => `${whole(count)} ${count === 1 ? 'post' : 'posts'}`;
const clipped = (text: string): string => {
  const characters = [...text];
  return characters.length > lengthMax ? `${characters.slice(0, lengthMax - 1).join('')}…` : text;
};

/** `3 new posts match "harbour"`; `isCapped` adds that there may be more. */
export function postsMatch(count: number, isCapped: boolean, { search }: SavedSearch): string {
  const what = search === undefined ? 'the saved search' : `"${search}"`;
  return clipped(`${posts(count)}${isCapped ? ' or more' : ''} ${count === 1 ? 'matches' : 'match'} ${what}`);
}

/** `A post has 12.5 times the likes that are normal for its account`. */
export const postsLiked = (count: number, times: number): string =>
  count === 1
    ? `A post has ${rounded(times)} times the likes that are normal for its account`
    : `${posts(count)} have up to ${rounded(times)} times the likes that are normal for their accounts`;

/** `40 posts use "harbour" within PT1H; 3.2 is usual`. */
export function wordUsed(word: string, count: number, windowMs: number, usual: number | null): string {
  const used = `${posts(count)} ${count === 1 ? 'uses' : 'use'} "${word}" within ${formatDuration(windowMs)}`;
  return clipped(usual === null ? used : `${used}; ${rounded(usual)} is usual`);
}

/** `#harbour is 5.1 standard scores above what is expected: 40 posts by 31 authors within PT1H`. */
export function hashtagBursts(
  tag: string,
  { score, posts: count, authors }: Burst,
  windowMs: number,
): string {
  const by = `${posts(count)} by ${whole(authors)} ${authors === 1 ? 'author' : 'authors'}`;
  return clipped(
    `#${tag} is ${rounded(score ?? 0)} standard scores above what is expected: ${by} within ${formatDuration(windowMs)}`,
  );
}

/** `@ada lost 1,200 followers (2.4 %): 48,800 of 50,000 are left`. */
export function followersLost(title: string, { from, to, count, percent }: Loss): string {
  const left = `${whole(to.followers)} of ${whole(from.followers)} are left`;
  return clipped(`${title} lost ${whole(count)} followers (${rounded(percent)} %): ${left}`);
}
