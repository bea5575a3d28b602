import { dayMs } from '../../shared/instant.ts';
import { metricNames } from '../../shared/metrics.ts';
import { isWithheldNotice } from '../../shared/withheld.ts';
import { measuredMetrics, noMetrics, type PostRow, type StoredMetrics, withEstimate } from './row.ts';

/** Metrics at one time. */
export type Observation = StoredMetrics & { readonly observedAt: number };

export type Merged = {
  readonly row: PostRow;
  /** Figures for the metric history: they do not stand in the post, or not any more. */
  readonly past: readonly Observation[];
  /** False when the incoming sighting only confirms the post at a later time. */
  readonly isNews: boolean;
};

/**
 * Merges two sightings of one post. The later one's figures and content win, in whatever order they came in; the
 * earlier one fills gaps. Null when the store already has everything, including the time: importing the same posts
 * again writes nothing.
 */
export function mergePost(stored: PostRow, incoming: PostRow): Merged | null {
  const [late, early] = incoming.seenAt >= stored.seenAt ? [incoming, stored] : [stored, incoming];
  const { facts, toldAt } = latestFacts(late, early);
  const content: PostRow = { ...mergeContent(late, early), ...facts };
  const metrics = content.kind === 'REPOST' ? noMetrics : withEstimate(facts);
  const metricsChanged = !sameMetrics(metrics, stored);
  const areNewer = metricsChanged && incoming.observedAt >= stored.observedAt;
  const { observedAt, past } = observed(stored, incoming, metrics);
  const row: PostRow = {
    ...content,
    ...metrics,
    own: stored.own || incoming.own,
    observedAt,
    seenAt: late.seenAt,
    toldAt,
    provider: areNewer ? incoming.provider : stored.provider,
  };
  const isNews = past.length > 0 || metricsChanged || !sayTheSame(row, stored);
  return isNews || !sameRow(row, stored) ? { row, past, isNews } : null;
}

/** When the merged figures were seen, and which become history. */
function observed(
  stored: PostRow,
  incoming: PostRow,
  merged: StoredMetrics,
): { readonly observedAt: number; readonly past: readonly Observation[] } {
  const { observedAt } = stored;
  const before = { ...storedOnly(stored), observedAt };
  const seen = { ...storedOnly(incoming), observedAt: incoming.observedAt };
  if (merged === noMetrics) return { observedAt, past: [] };
  if (incoming.observedAt < observedAt) {
    // An older sighting that only fills gaps does not change the figures' age.
    return { observedAt, past: contradicts(incoming, merged) ? [seen] : [] };
  }
  const isBetween = observedAt < incoming.observedAt && incoming.observedAt < stored.seenAt;
  // The figures changed and then changed back.
  if (isBetween && contradicts(incoming, merged)) {
    return { observedAt: stored.seenAt, past: [before, seen] };
  }
  if (sameMetrics(stored, merged)) return { observedAt, past: [] };
  return {
    observedAt: incoming.observedAt,
    past: incoming.observedAt > observedAt ? [before] : [],
  };
}

function storedOnly(row: StoredMetrics): StoredMetrics {
  return {
    ...measuredMetrics(row),
    impressions: row.impressions,
    impressionsEstimated: row.impressionsEstimated,
  };
}

/** Whether a known figure differs; an unknown one contradicts nothing. */
function contradicts(seen: StoredMetrics, now: StoredMetrics): boolean {
  const [a, b] = [measuredMetrics(seen), measuredMetrics(now)];
  return metricNames.some((name) => a[name] !== null && a[name] !== b[name]);
}

/** Fields besides the figures that a source may omit. */
export const openContent = [
  'language',
  'client',
  'replyTo',
  'repostOf',
  'parentId',
  'quotedId',
  'repostedId',
  'media',
  'emotes',
  'badges',
  'isFirst',
  'isReturning',
] as const satisfies readonly (keyof PostRow)[];
/** Of several sightings that have one of these, the latest counts. */
const openFacts = [...openContent, ...metricNames] as const;
type OpenFact = (typeof openFacts)[number];
type Facts = Pick<PostRow, OpenFact>;
export type Times = { readonly [Fact in OpenFact]?: number };

/** The latest known value of each open fact, and the times of those that the later sighting omits. */
function latestFacts(
  late: PostRow,
  early: PostRow,
): { readonly facts: Facts; readonly toldAt: string | null } {
  const [ofLate, ofEarly] = [factsOf(late), factsOf(early)];
  const [lateTimes, earlyTimes] = [timesOf(late), timesOf(early)];
  const facts: Record<string, unknown> = {};
  const times: Record<string, number> = {};
  for (const fact of openFacts) {
    const lateAt = ofLate[fact] === null ? Number.NEGATIVE_INFINITY : (lateTimes[fact] ?? late.seenAt);
    const earlyAt = ofEarly[fact] === null ? Number.NEGATIVE_INFINITY : (earlyTimes[fact] ?? early.seenAt);
    facts[fact] = lateAt >= earlyAt ? ofLate[fact] : ofEarly[fact];
    if (facts[fact] !== null && Math.max(lateAt, earlyAt) < late.seenAt)
      times[fact] = Math.max(lateAt, earlyAt);
  }
  return {
    facts: facts as Facts, // safe: each is one of the two rows'
    toldAt: Object.keys(times).length === 0 ? null : JSON.stringify(times),
  };
}

const factsOf = (row: PostRow): Facts => ({ ...row, ...measuredMetrics(row) });
/** The times of the open facts that a row's newest sighting omits. */
export const timesOf = ({ toldAt }: PostRow): Times => (toldAt === null ? {} : (JSON.parse(toldAt) as Times)); // safe: only written above

/** The later sighting's content, with gaps filled in. Metrics are the later one's as they are. */
export function mergeContent(late: PostRow, early: PostRow): PostRow {
  // A source that truncates long posts must not truncate a complete text. A notice that a post is withheld must not
  // replace the author's text.
  const isNotice = isWithheldNotice(late.text) && !isWithheldNotice(early.text);
  const text = isNotice || isCutOf(late.text, early.text) ? early : late;
  return {
    ...text,
    postId: late.postId,
    ...momentOf(late, early),
    language: late.language ?? early.language,
    client: late.client ?? early.client,
    replyTo: late.replyTo ?? early.replyTo,
    repostOf: late.repostOf ?? early.repostOf,
    parentId: late.parentId ?? early.parentId,
    quotedId: late.quotedId ?? early.quotedId,
    repostedId: late.repostedId ?? early.repostedId,
    authorId: late.authorId.startsWith('@') ? early.authorId : late.authorId,
    media: late.media ?? early.media,
    emotes: late.emotes ?? early.emotes,
    badges: late.badges ?? early.badges,
    isFirst: late.isFirst ?? early.isFirst,
    isReturning: late.isReturning ?? early.isReturning,
    bits: Math.max(late.bits, early.bits),
  };
}

/**
 * The later sighting's instant, unless it has only the day and the earlier one has the time. Rows from before the
 * column `hour_unknown` may have just the day as midnight, so an unmarked midnight also counts as a day.
 */
function momentOf(late: PostRow, early: PostRow): Pick<PostRow, 'createdAt' | 'hourUnknown'> {
  const isNear = Math.abs(early.createdAt - late.createdAt) < dayMs;
  const isDay = late.hourUnknown || (late.createdAt % dayMs === 0 && isNear);
  const { createdAt, hourUnknown } =
    isDay && !early.hourUnknown && early.createdAt !== late.createdAt ? early : late;
  return { createdAt, hourUnknown };
}

/** Whether a text is a truncated form of another. */
export function isCutOf(cut: string, whole: string): boolean {
  return cut.endsWith('…') && whole.length > cut.length && whole.startsWith(cut.slice(0, -1).trimEnd());
}

function sameMetrics(a: StoredMetrics, b: StoredMetrics): boolean {
  return (
    metricNames.every((name) => a[name] === b[name]) && a.impressionsEstimated === b.impressionsEstimated
  );
}

/** Whether two rows are equal apart from the times of sightings. */
export function sayTheSame(a: PostRow, b: PostRow): boolean {
  return keysOf(a).every((key) => key === 'seenAt' || key === 'toldAt' || same(a[key], b[key]));
}

/** Whether two rows are equal in every column. */
export function sameRow(a: PostRow, b: PostRow): boolean {
  return keysOf(a).every((key) => same(a[key], b[key]));
}

const keysOf = (row: PostRow) => Object.keys(row) as (keyof PostRow)[]; // safe: rows have these columns alone

function same(a: PostRow[keyof PostRow], b: PostRow[keyof PostRow]): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
