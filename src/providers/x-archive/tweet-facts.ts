import { dayMs } from '../../shared/instant.ts';
import type { Versions } from '../../shared/post.ts';
import { parseDate } from '../x/dates.ts';
import { versionsOf } from '../x/edits.ts';
import { at, countOf, idOf, type Wire, wireAt } from '../x/json.ts';
import { snowflakeTime } from '../x/snowflake.ts';

/** What has to be known of a tweet before it is worth keeping. */
export type TweetFacts = {
  readonly id: string;
  readonly createdAt: number;
  /** Whether the archive tells the day only; `createdAt` is then 00:00 UTC of it. */
  readonly hourUnknown: boolean;
  /** Escaped, as it came. */
  readonly text: string;
};

/** The facts of a tweet, or the reason why it cannot be a post. */
export function readFacts(tweet: Wire): TweetFacts | string {
  const id = idOf(tweet, 'id');
  if (id === null) return 'it has no id (or only one rounded as a number)';
  const date = parseDate(at(tweet, 'created_at'));
  if (date === null) return `tweet ${id} has no date that can be read`;
  const text = at(tweet, 'full_text') ?? at(tweet, 'text');
  if (typeof text !== 'string') return `tweet ${id} has no text`;
  return { id, text, ...readMoment(id, date, at(tweet, 'created_at')) };
}

/** As exports of 2012 to 2018 wrote a day without a time. */
const midnight = /^\d{4}-\d{2}-\d{2} 00:00:00 \+0000$/;
/** Ids tell the time since that day. */
const firstTimedDay = Date.UTC(2010, 10, 5);

/**
 * When a tweet was posted. Those exports know the day only (of UTC) of posts from before November 2010, and write midnight:
 * all 16,087 such posts of two archives stand there, and none of the 78,733 later ones. Where the id tells a time of that
 * day, it is that; else the hour is unknown. A tweet that was posted at midnight to the second is misread then: one in 86,400.
 */
function readMoment(
  id: string,
  date: number,
  written: unknown,
): Pick<TweetFacts, 'createdAt' | 'hourUnknown'> {
  if (typeof written !== 'string' || !midnight.test(written)) return { createdAt: date, hourUnknown: false };
  const told = snowflakeTime(id);
  if (told !== null && told >= date && told < date + dayMs) {
    // X tells times to the second.
    return { createdAt: told - (told % 1_000), hourUnknown: false };
  }
  return { createdAt: date, hourUnknown: date < firstTimedDay };
}

/** How recent a copy's counts are among copies of one tweet: counts mostly grow. 0 when it has none. */
export function copyWeight(tweet: Wire): number {
  const likes = countOf(at(tweet, 'favorite_count'));
  const reposts = countOf(at(tweet, 'retweet_count'));
  if (likes === null && reposts === null) return 0;
  return Math.min(1 + (likes ?? 0) + (reposts ?? 0), 0xffff_ffff);
}

/** The versions of a tweet that was edited; null of one that never was. */
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
