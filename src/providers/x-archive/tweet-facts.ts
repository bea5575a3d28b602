import { dayMs } from '../../shared/instant.ts';
import type { Versions } from '../../shared/post.ts';
import { parseDate } from '../x/dates.ts';
import { versionsOf } from '../x/edits.ts';
import { at, countOf, idOf, type Wire, wireAt } from '../x/json.ts';
import { snowflakeTime } from '../x/snowflake.ts';

/** What a tweet must have to be stored. */
export type TweetFacts = {
  readonly id: string;
  readonly createdAt: number;
  /** Whether only the day is known; `createdAt` is then 00:00 UTC of that day. */
  readonly hourUnknown: boolean;
  /** Still escaped. */
  readonly text: string;
};

/** Reads the facts of a tweet; returns the reason when it cannot be a post. */
export function readFacts(tweet: Wire): TweetFacts | string {
  const id = idOf(tweet, 'id');
  if (id === null) return 'it has no id (or only one rounded as a number)';
  const date = parseDate(at(tweet, 'created_at'));
  if (date === null) return `tweet ${id} has no readable date`;
  const text = at(tweet, 'full_text') ?? at(tweet, 'text');
  if (typeof text !== 'string') return `tweet ${id} has no text`;
  return { id, text, ...readMoment(id, date, at(tweet, 'created_at')) };
}

/** A day without a time, as exports of 2012 to 2018 wrote it. */
const midnight = /^\d{4}-\d{2}-\d{2} 00:00:00 \+0000$/;
/** From this day on, ids contain the time. */
const firstTimedDay = Date.UTC(2010, 10, 5);

/**
 * Computes when a tweet was posted. Exports of 2012 to 2018 know only the day (UTC) of posts from before November 2010,
 * and write midnight: in two archives this is so for all 16,087 such posts and for none of the 78,733 later ones. When
 * the id has a time on that day, that time is used; else the hour is unknown. This misreads a tweet that was posted
 * exactly at midnight, one in 86,400.
 */
function readMoment(
  id: string,
  date: number,
  written: unknown,
): Pick<TweetFacts, 'createdAt' | 'hourUnknown'> {
  if (typeof written !== 'string' || !midnight.test(written)) return { createdAt: date, hourUnknown: false };
  const idTime = snowflakeTime(id);
  if (idTime !== null && idTime >= date && idTime < date + dayMs) {
    // X has times in whole seconds.
    return { createdAt: idTime - (idTime % 1_000), hourUnknown: false };
  }
  return { createdAt: date, hourUnknown: date < firstTimedDay };
}

/** Returns how recent a copy is among copies of one tweet, by its counts, which mostly grow. 0 when it has none. */
export function copyWeight(tweet: Wire): number {
  const likes = countOf(at(tweet, 'favorite_count'));
  const reposts = countOf(at(tweet, 'retweet_count'));
  if (likes === null && reposts === null) return 0;
  return Math.min(1 + (likes ?? 0) + (reposts ?? 0), 0xffff_ffff);
}

/** Returns the versions of an edited tweet; null when it was never edited. */
export function editOf(tweet: Wire, id: string): Versions | null {
  const info = wireAt(tweet, 'edit_info');
  if (info === null) return null;
  const edit = wireAt(info, 'edit');
  const initial = [wireAt(info, 'initial'), wireAt(edit, 'editControlInitial')];
  const versions = initial.flatMap((control) => {
    const ids = at(control, 'editTweetIds');
    return Array.isArray(ids) && ids.length > 1 ? ids : [];
  });
  return versionsOf(id, [...versions, at(edit, 'initialTweetId')]);
}
