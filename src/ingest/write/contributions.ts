import { sentimentLabel } from '../../shared/sentiment.ts';
import type { Observation } from './merge.ts';
import { engagement, type PostRow } from './row.ts';

const quarterMs = 900_000;

/** Sums over known figures: null until one is known. */
type Sums = {
  likes: number | null;
  reposts: number | null;
  replies: number | null;
  quotes: number | null;
  bookmarks: number | null;
  engagement: number | null;
  impressions: number | null;
};

export type ActivityDelta = Sums & {
  posts: number;
  originals: number;
  replied: number;
  reposted: number;
  quoted: number;
  engagedPosts: number;
  impressionsEstimated: number | null;
  sentiment: number;
  positive: number;
  neutral: number;
  negative: number;
  bits: number;
};
export type ObservedDelta = Sums & { posts: number };
export type TallyDelta = { posts: number; engagement: number };

/** What a batch changes in the rollups, before it is written. */
export class RollupDelta {
  /** By the start of the quarter-hour. */
  readonly activity = new Map<number, ActivityDelta>();
  readonly observed = new Map<number, ObservedDelta>();
  /** By dimension, then UTC month (2024-02-01), then value. */
  readonly tallies = new Map<string, Map<string, Map<string, TallyDelta>>>();

  /** Adds (sign 1) or takes away (sign -1) all that a post and its observations contribute. */
  apply(row: PostRow, past: readonly Observation[], sign: 1 | -1): void {
    if (!row.own) return;
    this.#applyActivity(row, sign);
    this.#applyTallies(row, sign);
    this.#applyObserved(row, past, sign);
  }

  #applyActivity(row: PostRow, sign: 1 | -1): void {
    const bucket = row.createdAt - (row.createdAt % quarterMs);
    const delta = entry(this.activity, bucket, emptyActivity);
    delta.posts += sign;
    if (row.kind === 'REPOST') {
      delta.reposted += sign;
      return;
    }
    if (row.kind === 'REPLY') delta.replied += sign;
    else if (row.kind === 'QUOTE') delta.quoted += sign;
    else delta.originals += sign;
    const engaged = engagement(row);
    if (engaged !== null) delta.engagedPosts += sign;
    addSums(delta, { ...row, engagement: engaged }, sign);
    if (row.impressionsEstimated) {
      delta.impressionsEstimated = add(delta.impressionsEstimated, row.impressions, sign);
    }
    delta.sentiment += sign * row.sentiment;
    const label = sentimentLabel(row.sentiment / 10_000);
    if (label === 'POSITIVE') delta.positive += sign;
    else if (label === 'NEGATIVE') delta.negative += sign;
    else delta.neutral += sign;
    delta.bits += sign * row.bits;
  }

  #applyTallies(row: PostRow, sign: 1 | -1): void {
    const month = monthOf(row.createdAt);
    const engaged = engagement(row);
    const tally = (dimension: string, value: string) =>
      this.#tally(dimension, month, value, sign, sign * (engaged ?? 0));
    tally('AUTHOR', row.authorId);
    tally('PROVIDER', row.provider);
    if (row.kind === 'REPOST') {
      if (row.repostOf !== null) tally('REPOSTED', row.repostOf);
      return;
    }
    for (const value of row.hashtags) tally('HASHTAG', value);
    for (const value of row.mentions) tally('MENTION', value);
    for (const value of row.cashtags) tally('CASHTAG', value);
    for (const value of row.domains) tally('DOMAIN', value);
    for (const value of row.emoji) tally('EMOJI', value);
    for (const value of row.words) tally('WORD', value);
    for (const value of emoteNames(row)) tally('EMOTE', value);
    if (row.replyTo !== null) tally('REPLIED_TO', row.replyTo);
    if (row.language !== null) tally('LANGUAGE', row.language);
    if (row.client !== null) tally('CLIENT', row.client);
    if (engaged !== null) tally('ENGAGEMENT', String(engaged));
  }

  #tally(dimension: string, month: string, value: string, posts: number, engagementSum: number): void {
    const months = entry(this.tallies, dimension, newMonths);
    const values = entry(months, month, newValues);
    const delta = values.get(value);
    if (delta === undefined) values.set(value, { posts, engagement: engagementSum });
    else {
      delta.posts += posts;
      delta.engagement += engagementSum;
    }
  }

  /** Each observation adds what it knows more than the one before; the first adds all that it knows. */
  #applyObserved(row: PostRow, past: readonly Observation[], sign: 1 | -1): void {
    const seen = past.length === 0 ? [row] : [...past, row].sort((a, b) => a.observedAt - b.observedAt);
    let known = noSums;
    for (const [index, observation] of seen.entries()) {
      const bucket = observation.observedAt - (observation.observedAt % quarterMs);
      const delta = entry(this.observed, bucket, emptyObserved);
      if (index === 0) delta.posts += sign;
      if (row.kind === 'REPOST') continue;
      const now = knownSums(observation, known);
      addSums(delta, difference(now, known), sign);
      known = now;
    }
  }
}

const noSums: Sums = {
  likes: null,
  reposts: null,
  replies: null,
  quotes: null,
  bookmarks: null,
  engagement: null,
  impressions: null,
};
const sumNames = Object.keys(noSums) as (keyof Sums)[];

/** The map's value of a key, made when it is new. */
function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

const newMonths = () => new Map<string, Map<string, TallyDelta>>();
const newValues = () => new Map<string, TallyDelta>();
const emptyObserved = (): ObservedDelta => ({ ...noSums, posts: 0 });

function emptyActivity(): ActivityDelta {
  return {
    ...noSums,
    posts: 0,
    originals: 0,
    replied: 0,
    reposted: 0,
    quoted: 0,
    engagedPosts: 0,
    impressionsEstimated: null,
    sentiment: 0,
    positive: 0,
    neutral: 0,
    negative: 0,
    bits: 0,
  };
}

function add(sum: number | null, value: number | null, sign: 1 | -1): number | null {
  return value === null ? sum : (sum ?? 0) + sign * value;
}

function addSums(into: Sums, values: Sums, sign: 1 | -1): void {
  for (const name of sumNames) into[name] = add(into[name], values[name], sign);
}

function knownSums(observation: Observation, before: Sums): Sums {
  const values = { ...noSums };
  for (const name of sumNames) {
    if (name !== 'engagement') values[name] = observation[name] ?? before[name];
  }
  values.engagement = engagement({ ...observation, ...values });
  return values;
}

function difference(now: Sums, before: Sums): Sums {
  const values = { ...noSums };
  for (const name of sumNames) {
    const value = now[name];
    values[name] = value === null ? null : value - (before[name] ?? 0);
  }
  return values;
}

const months = new Map<number, string>();

function monthOf(instant: number): string {
  const day = Math.floor(instant / 86_400_000);
  let month = months.get(day);
  if (month === undefined) {
    month = `${new Date(instant).toISOString().slice(0, 7)}-01`;
    if (months.size > 20_000) months.clear();
    months.set(day, month);
  }
  return month;
}

function emoteNames(row: PostRow): readonly string[] {
  if (row.emotes === null) return [];
  return [...new Set((JSON.parse(row.emotes) as { name: string }[]).map((emote) => emote.name))];
}
