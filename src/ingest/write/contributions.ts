import type { Dimension } from '../../db/dimensions.ts';
import { marksOf } from '../../shared/chatter-marks.ts';
import { commandOf } from '../../shared/command.ts';
import {
  type Measure,
  measures,
  type ObservedMeasure,
  observedColumns,
  observedMeasures,
} from '../../db/measures.ts';
import { activityBucket, minuteBucket } from '../../shared/activity-bucket.ts';
import { dayMs, quarterMs } from '../../shared/instant.ts';
import { engagementOf, reactionsOf } from '../../shared/metrics.ts';
import { emoteNamesIn } from '../../shared/stored-emotes.ts';
import type { Observation } from './merge.ts';
import type { PostRow } from './row.ts';

/** What is added to a quarter-hour or minute, in the order of `measures`; null when a sum has no known value. */
export type ActivityDelta = (number | null)[];
/** The posts first seen, and what is added to each of `observedColumns`; null when a sum has no known value. */
export type ObservedDelta = { posts: number; readonly sums: (number | null)[] };
export type TallyDelta = { posts: number; engagement: number; engaged: number };

/** By value: posts, their engagement, and the number of posts with known engagement. */
export type Tally = Map<string, TallyDelta>;

/** A batch's changes of the rollups before they are written. */
export class RollupDelta {
  /** By `activityBucket`. */
  readonly activity = new Map<number, ActivityDelta>();
  /** Chat messages, by `minuteBucket`. */
  readonly minutes = new Map<number, ActivityDelta>();
  readonly observed = new Map<number, ObservedDelta>();
  /** By UTC month (2024-02-01), then by dimension. */
  readonly tallies = new Map<string, Map<Dimension, Tally>>();
  /** Posts that determine the ratio of impressions to reactions. */
  readonly measured = { posts: 0, impressions: 0, reactions: 0 };

  /** Adds (sign 1) or subtracts (sign -1) everything that a post and its observations contribute. */
  apply(row: PostRow, past: readonly Observation[], sign: 1 | -1): void {
    if (!row.own) return;
    const engaged = engagementOf(row);
    this.#applyActivity(row, engaged, sign);
    this.#applyMeasured(row, sign);
    this.#applyTallies(row, engaged, sign);
    this.#applyObserved(row, engaged, past, sign);
  }

  #applyActivity(row: PostRow, engaged: number | null, sign: 1 | -1): void {
    const delta = entry(this.activity, activityBucket(row), emptyActivity);
    const minute = hasMinute(row) ? entry(this.minutes, minuteBucket(row), emptyActivity) : null;
    for (let at = 0; at < measures.length; at += 1) {
      const value = (measures[at] as Measure).of(row, engaged); // safe: at is below the length
      if (value === null) continue;
      delta[at] = (delta[at] ?? 0) + sign * value;
      if (minute !== null) minute[at] = (minute[at] ?? 0) + sign * value;
    }
  }

  /** Counts a post with measured impressions towards the ratio of impressions to reactions. */
  #applyMeasured(row: PostRow, sign: 1 | -1): void {
    if (row.impressionsEstimated || row.impressions === null) return;
    const reactions = reactionsOf(row);
    if (reactions === null) return;
    this.measured.posts += sign;
    this.measured.impressions += sign * row.impressions;
    this.measured.reactions += sign * reactions;
  }

  #applyTallies(row: PostRow, engaged: number | null, sign: 1 | -1): void {
    const month = entry(this.tallies, monthOf(row.createdAt), newMonth);
    const sums = { posts: sign, engagement: sign * (engaged ?? 0), engaged: engaged === null ? 0 : sign };
    tallyOne(month, 'AUTHOR', row.authorId, sums);
    tallyOne(month, 'PROVIDER', row.provider, sums);
    if (row.kind === 'REPOST') {
      tallyOne(month, 'REPOSTED', row.repostOf, sums);
      return;
    }
    tallyEach(month, 'HASHTAG', row.hashtags, sums);
    tallyEach(month, 'MENTION', row.mentions, sums);
    tallyEach(month, 'CASHTAG', row.cashtags, sums);
    tallyEach(month, 'DOMAIN', row.domains, sums);
    tallyEach(month, 'EMOJI', row.emoji, sums);
    tallyEach(month, 'WORD', row.words, sums);
    if (row.emotes !== null) tallyEach(month, 'EMOTE', distinct(emoteNamesIn(row.emotes)), sums);
    if (row.kind === 'MESSAGE') {
      tallyOne(month, 'COMMAND', commandOf(row.text), sums);
      tallyEach(month, 'CHATTER', marksOf(row), sums);
    }
    tallyOne(month, 'REPLIED_TO', row.replyTo, sums);
    tallyOne(month, 'LANGUAGE', row.language, sums);
    tallyOne(month, 'CLIENT', row.client, sums);
    if (engaged !== null) tallyOne(month, 'ENGAGEMENT', String(engaged), sums);
    tallyEach(month, 'KNOWN', knownOf(row, engaged), sums);
  }

  /** Each observation adds the increase since the previous one; the first adds all of its figures. */
  #applyObserved(row: PostRow, engaged: number | null, past: readonly Observation[], sign: 1 | -1): void {
    if (past.length === 0) {
      const delta = this.#observedAt(row.observedAt);
      delta.posts += sign;
      if (row.kind === 'REPOST') return;
      for (let at = 0; at < observedMeasures.length; at += 1) {
        addFigure(delta.sums, at, (observedMeasures[at] as ObservedMeasure).of(row), sign); // safe: at is below the length
      }
      addFigure(delta.sums, observedMeasures.length, engaged, sign);
      return;
    }
    let known = nothingSeen;
    for (const [index, observation] of [...past, row].sort((a, b) => a.observedAt - b.observedAt).entries()) {
      const delta = this.#observedAt(observation.observedAt);
      if (index === 0) delta.posts += sign;
      if (row.kind === 'REPOST') continue;
      const now = knownSums(observation, known);
      observedColumns.forEach((column, at) => {
        const value = now[column] ?? null;
        addFigure(delta.sums, at, value === null ? null : value - (known[column] ?? 0), sign);
      });
      known = now;
    }
  }

  #observedAt(instant: number): ObservedDelta {
    return entry(this.observed, instant - (instant % quarterMs), emptyObserved);
  }
}

/** Whether a post also counts in a minute: messages with a known hour do. */
export const hasMinute = ({ kind, hourUnknown }: PostRow): boolean => kind === 'MESSAGE' && !hourUnknown;

function tallyOne(
  month: Map<Dimension, Tally>,
  dimension: Dimension,
  value: string | null,
  sums: TallyDelta,
): void {
  if (value === null) return;
  addTo(entry(month, dimension, newTally), value, sums);
}

function tallyEach(
  month: Map<Dimension, Tally>,
  dimension: Dimension,
  values: readonly string[],
  sums: TallyDelta,
): void {
  if (values.length === 0) return;
  const tally = entry(month, dimension, newTally);
  for (const value of values) addTo(tally, value, sums);
}

/** Adds to the count of a value. */
export function addTo(tally: Tally, value: string, { posts, engagement, engaged }: TallyDelta): void {
  const delta = tally.get(value);
  if (delta === undefined) tally.set(value, { posts, engagement, engaged });
  else {
    delta.posts += posts;
    delta.engagement += engagement;
    delta.engaged += engaged;
  }
}

/** The known metrics of a post, as the dimension KNOWN counts them. */
function knownOf(row: PostRow, engaged: number | null): readonly string[] {
  const known = ['POSTS'];
  if (row.likes !== null) known.push('LIKES');
  if (row.reposts !== null) known.push('REPOSTS');
  if (row.replies !== null) known.push('REPLIES');
  if (row.quotes !== null) known.push('QUOTES');
  if (row.bookmarks !== null) known.push('BOOKMARKS');
  if (row.sentiment !== null) known.push('SENTIMENT');
  if (engaged !== null) known.push('ENGAGEMENT');
  if (row.impressions === null || row.impressionsEstimated) return known;
  known.push('IMPRESSIONS');
  if (engaged !== null) known.push('ENGAGEMENT_RATE');
  return known;
}

/** Running sums of observations by `observedColumns`; null when nothing is known. */
type SeenSums = Readonly<Record<string, number | null>>;
const nothingSeen: SeenSums = {};

/** The map's value for a key, created when missing. */
function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

const distinct = (names: readonly string[]): readonly string[] =>
  names.length < 2 ? names : [...new Set(names)];

const newMonth = () => new Map<Dimension, Tally>();
const newTally = (): Tally => new Map();
const emptyObserved = (): ObservedDelta => ({ posts: 0, sums: observedColumns.map(() => null) });

const noActivity = measures.map(({ role }) => (role === 'count' ? 0 : null));
const emptyActivity = (): ActivityDelta => noActivity.slice();

/** Adds a figure to its sum, when it is known. */
function addFigure(sums: (number | null)[], at: number, value: number | null, sign: 1 | -1): void {
  if (value !== null) sums[at] = (sums[at] ?? 0) + sign * value;
}

function knownSums(observation: Observation, before: SeenSums): SeenSums {
  const now: Record<string, number | null> = {};
  for (const { column, of } of observedMeasures) now[column] = of(observation) ?? before[column] ?? null;
  const { likes = null, reposts = null, replies = null, quotes = null } = now;
  return { ...now, engagement: engagementOf({ likes, reposts, replies, quotes }) };
}

const months = new Map<number, string>();

function monthOf(instant: number): string {
  const day = Math.floor(instant / dayMs);
  let month = months.get(day);
  if (month === undefined) {
    month = `${new Date(instant).toISOString().slice(0, 7)}-01`;
    if (months.size > 20_000) months.clear();
    months.set(day, month);
  }
  return month;
}
