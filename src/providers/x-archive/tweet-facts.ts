import { parseDate } from '../x/dates.ts';
import { at, countOf, idOf, textOf, type Wire, wireAt } from '../x/json.ts';

/** What has to be known of a tweet before it is worth keeping. */
export type TweetFacts = {
  readonly id: string;
  readonly createdAt: number;
  /** Escaped, as it came. */
  readonly text: string;
};

/** The facts of a tweet, or the reason why it cannot be a post. */
export function readFacts(tweet: Wire): TweetFacts | string {
  const id = idOf(tweet, 'id');
  if (id === null) return 'it has no id (or only one rounded as a number)';
  const createdAt = parseDate(at(tweet, 'created_at'));
  if (createdAt === null) return `tweet ${id} has no date that can be read`;
  const text = at(tweet, 'full_text') ?? at(tweet, 'text');
  if (typeof text !== 'string') return `tweet ${id} has no text`;
  return { id, createdAt, text };
}

/** How recent a copy's counts are among copies of one tweet: counts mostly grow. 0 when it has none. */
export function copyWeight(tweet: Wire): number {
  const likes = countOf(at(tweet, 'favorite_count'));
  const reposts = countOf(at(tweet, 'retweet_count'));
  if (likes === null && reposts === null) return 0;
  return Math.min(1 + (likes ?? 0) + (reposts ?? 0), 0xffff_ffff);
}

/** Ids of the versions that this tweet is an edit of. Nothing for the tweets that were never edited. */
export function earlierVersions(tweet: Wire, id: string): readonly string[] {
  const info = wireAt(tweet, 'edit_info');
  if (info === null) return [];
  const edit = wireAt(info, 'edit');
  const initial = [wireAt(info, 'initial'), wireAt(edit, 'editControlInitial')];
  const versions = initial.flatMap((control) => {
    const ids = at(control, 'editTweetIds');
    return Array.isArray(ids) && ids.length > 1 ? ids : [];
  });
  const first = textOf(at(edit, 'initialTweetId'));
  return [...versions, first].filter(
    (version): version is string => typeof version === 'string' && isOlder(version, id),
  );
}

function isOlder(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}
