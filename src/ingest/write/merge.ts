import { dayMs } from '../../shared/instant.ts';
import type { Metrics } from '../../shared/post.ts';
import { metricNames } from '../../shared/metrics.ts';
import { measuredMetrics, noMetrics, type PostRow, type StoredMetrics, withEstimate } from './row.ts';

/** Metrics as they were at one time. */
export type Observation = StoredMetrics & { readonly observedAt: number };

export type Merged = {
  readonly row: PostRow;
  /** What goes to the metric history: the figures that no longer stand in the post, or never did. */
  readonly past: Observation | null;
};

/**
 * Two sightings of one post. The newer one's figures and content win; what it does not know, the older one
 * fills in. Null where the store already has all that the incoming one says.
 */
export function mergePost(stored: PostRow, incoming: PostRow): Merged | null {
  const newer = incoming.observedAt >= stored.observedAt;
  const [late, early] = newer ? [incoming, stored] : [stored, incoming];
  const content = mergeContent(late, early);
  const metrics =
    content.kind === 'REPOST' ? noMetrics : withEstimate(fill(measuredMetrics(late), measuredMetrics(early)));
  const metricsChanged = !sameMetrics(metrics, stored);
  const row: PostRow = {
    ...content,
    ...metrics,
    own: stored.own || incoming.own,
    // An older sighting that only fills gaps does not make the figures older or newer.
    observedAt: metricsChanged && newer ? incoming.observedAt : stored.observedAt,
    provider: metricsChanged && newer ? incoming.provider : stored.provider,
  };
  const past = pastObservation(stored, incoming, metrics);
  if (past === null && !metricsChanged && sameRow(row, stored)) return null;
  return { row, past };
}

function pastObservation(stored: PostRow, incoming: PostRow, merged: StoredMetrics): Observation | null {
  const { observedAt } = stored;
  if (merged === noMetrics) return null;
  if (incoming.observedAt > observedAt) {
    return sameMetrics(stored, merged) ? null : { ...storedOnly(stored), observedAt };
  }
  if (incoming.observedAt < observedAt && contradicts(incoming, merged)) {
    return { ...storedOnly(incoming), observedAt: incoming.observedAt };
  }
  return null;
}

function storedOnly(row: StoredMetrics): StoredMetrics {
  return {
    ...measuredMetrics(row),
    impressions: row.impressions,
    impressionsEstimated: row.impressionsEstimated,
  };
}

/** Whether a known figure differs; one that is merely unknown contradicts nothing. */
function contradicts(seen: StoredMetrics, now: StoredMetrics): boolean {
  const [a, b] = [measuredMetrics(seen), measuredMetrics(now)];
  return metricNames.some((name) => a[name] !== null && a[name] !== b[name]);
}

function fill(late: Metrics, early: Metrics): Metrics {
  return {
    likes: late.likes ?? early.likes,
    reposts: late.reposts ?? early.reposts,
    replies: late.replies ?? early.replies,
    quotes: late.quotes ?? early.quotes,
    bookmarks: late.bookmarks ?? early.bookmarks,
    impressions: late.impressions ?? early.impressions,
  };
}

/** The later sighting's content, with what it leaves open filled in. Metrics are the later one's as they stand. */
export function mergeContent(late: PostRow, early: PostRow): PostRow {
  // A source that cuts long posts must not cut what a better one gave.
  const text = isCutOf(late.text, early.text) ? early : late;
  return {
    ...text,
    postId: late.postId,
    createdAt: preciseInstant(late.createdAt, early.createdAt),
    language: late.language ?? early.language,
    client: late.client ?? early.client,
    replyTo: late.replyTo ?? early.replyTo,
    repostOf: late.repostOf ?? early.repostOf,
    parentId: late.parentId ?? early.parentId,
    quotedId: late.quotedId ?? early.quotedId,
    authorId: late.authorId.startsWith('@') ? early.authorId : late.authorId,
    media: late.media ?? early.media,
    emotes: late.emotes ?? early.emotes,
    badges: late.badges ?? early.badges,
    bits: Math.max(late.bits, early.bits),
  };
}

/** Exports of before November 2010 know the day only and say midnight. */
function preciseInstant(late: number, early: number): number {
  return late % dayMs === 0 && Math.abs(early - late) < dayMs ? early : late;
}

/** Whether a text is another one that was cut short. */
export function isCutOf(cut: string, whole: string): boolean {
  return cut.endsWith('…') && whole.length > cut.length && whole.startsWith(cut.slice(0, -1).trimEnd());
}

function sameMetrics(a: StoredMetrics, b: StoredMetrics): boolean {
  return (
    metricNames.every((name) => a[name] === b[name]) && a.impressionsEstimated === b.impressionsEstimated
  );
}

/** Whether two rows are equal in every column. */
export function sameRow(a: PostRow, b: PostRow): boolean {
  return (Object.keys(a) as (keyof PostRow)[]).every((key) => same(a[key], b[key]));
}

function same(a: PostRow[keyof PostRow], b: PostRow[keyof PostRow]): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
