import { Temporal } from 'temporal-polyfill';
import { postKey } from '../../src/shared/post-key.ts';
import type { EnrichedPost, Metrics, PostKind, ProviderName } from '../../src/shared/post.ts';

/**
 * The expected stats, counted naively: posts in a list, local time from Temporal for each post. Slow, and shares
 * nothing with the tested code.
 */

/** The metrics of a post as a source gave them. */
export type Sighting = {
  readonly observedAt: number;
  readonly metrics: Metrics;
  readonly provider: ProviderName;
};
/** A post as the test gave it to the store, with all of its sightings. */
export type GivenPost = { readonly post: EnrichedPost; readonly sightings: readonly Sighting[] };
export type Snapshot = { readonly observedAt: number; readonly followers: number | null };

export type Question = {
  readonly given: readonly GivenPost[];
  readonly snapshots: readonly Snapshot[];
  readonly zone: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly now: number;
};

type Figures = {
  likes: number | null;
  reposts: number | null;
  replies: number | null;
  quotes: number | null;
  bookmarks: number | null;
  impressions: number | null;
  engagement: number | null;
  estimated: boolean;
};
type Own = Figures & {
  readonly id: string;
  /** The instant at which the post counts. When only its day is known: the start of that day in the zone. */
  readonly at: number;
  readonly local: Temporal.ZonedDateTime;
  readonly kind: PostKind;
  readonly author: string;
  readonly provider: ProviderName;
  /** Ten-thousandths; null when unscored. */
  readonly sentiment: number | null;
  readonly post: EnrichedPost;
};

/** Bits, or uses of emotes, in a post that is not a repost. */
const ofChat = ({ post: { chat } }: Own, metric: 'BITS' | 'EMOTES'): number =>
  chat === null ? 0 : metric === 'BITS' ? chat.bits : chat.emotes.length;

const sumMetrics = [
  'LIKES',
  'REPOSTS',
  'REPLIES',
  'QUOTES',
  'BOOKMARKS',
  'IMPRESSIONS',
  'ENGAGEMENT',
] as const;
export const allMetrics = [
  'POSTS',
  ...sumMetrics,
  'ENGAGEMENT_RATE',
  'SENTIMENT',
  'BITS',
  'EMOTES',
  'AUTHORS',
] as const;
export type MetricName = (typeof allMetrics)[number];
export const calendarIntervals = ['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const;
export const clockIntervals = ['HOUR', 'MINUTE', 'SECOND'] as const;
type ClockIntervalName = (typeof clockIntervals)[number];
export type IntervalName = (typeof calendarIntervals)[number] | ClockIntervalName;
const isClock = (interval: IntervalName): interval is ClockIntervalName =>
  clockIntervals.some((each) => each === interval);

const weekdayNames = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];

const unknown: Figures = {
  likes: null,
  reposts: null,
  replies: null,
  quotes: null,
  bookmarks: null,
  impressions: null,
  engagement: null,
  estimated: false,
};

/** The figures after each sighting; unknown figures keep their last value. */
function figuresOf(given: GivenPost, ratio: number): readonly Figures[] {
  const known: Record<string, number | null> = {};
  return given.sightings.map(({ metrics }) => {
    if (given.post.kind === 'REPOST') return unknown;
    for (const [name, value] of Object.entries(metrics)) if (value !== null) known[name] = value;
    const { likes = null, reposts = null, replies = null, quotes = null, bookmarks = null } = known;
    const parts = [likes, reposts, replies, quotes].filter((part) => part !== null);
    const engagement = parts.length === 0 ? null : parts.reduce((a, b) => a + b, 0);
    const measured = known.impressions ?? null;
    const estimate = likes === null && reposts === null ? null : ratio * ((likes ?? 0) + (reposts ?? 0));
    const impressions = measured ?? estimate;
    const estimated = measured === null && estimate !== null;
    return { likes, reposts, replies, quotes, bookmarks, impressions, engagement, estimated };
  });
}

/**
 * Impressions per like or repost: the account's own ratio, as if ten more posts had a ratio of 200. It covers all
 * posts, not only those in the range.
 */
function ratioOf(given: readonly GivenPost[]): number {
  const told = given.flatMap((each) => {
    const { likes, reposts, impressions, estimated } = figuresOf(each, 0).at(-1) ?? unknown;
    const reactions = likes === null && reposts === null ? null : (likes ?? 0) + (reposts ?? 0);
    const isTold = each.post.own && !estimated && impressions !== null && reactions !== null;
    return isTold ? [{ impressions, reactions }] : [];
  });
  const impressions = told.reduce((total, each) => total + each.impressions, 0);
  const reactions = told.reduce((total, each) => total + each.reactions, 0);
  if (reactions === 0) return 200;
  const exact = (told.length * impressions + 10 * 200 * reactions) / (reactions * (told.length + 10));
  return Math.min(Math.max(Math.round(exact), 1), 100_000);
}

/** The key of a post, by which ties are sorted: digits on X, time and id on Twitch. */
const keyOf = ({ post }: Own): string => postKey(/^\d+$/.test(post.platformId) ? 'X' : 'TWITCH', post);

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const figureNames = [
  'likes',
  'reposts',
  'replies',
  'quotes',
  'bookmarks',
  'impressions',
  'engagement',
] as const;

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
}

/** The bucket of a local time, with its first and last instant. */
type Bucket = { readonly start: number; readonly end: number; readonly label: string };

/** The buckets of a series, and the posts of each by its start. */
type Posted = {
  readonly starts: readonly number[];
  readonly groups: ReadonlyMap<number, readonly Own[]>;
};

export class Recount {
  readonly #question: Question;
  readonly #posts: readonly Own[];
  readonly #ratio: number;
  // Many stats need the same local times and buckets, and Temporal is slow.
  readonly #locals = new Map<number, Temporal.ZonedDateTime>();
  readonly #buckets = new Map<string, Bucket>();
  readonly #series = new Map<IntervalName, Posted>();

  constructor(question: Question) {
    this.#question = question;
    this.#ratio = ratioOf(question.given);
    this.#posts = question.given
      .filter(({ post }) => post.own && this.#inRange(this.#momentOf(post)))
      .map((given) => this.#own(given))
      .sort((a, b) => a.at - b.at);
  }

  #inRange(at: number): boolean {
    const { from, to } = this.#question;
    return (from === null || at >= from) && (to === null || at < to);
  }

  #momentOf({ createdAt, hourUnknown }: EnrichedPost): number {
    if (!hourUnknown) return createdAt;
    const day = Temporal.PlainDate.from(iso(createdAt).slice(0, 10));
    return day.toZonedDateTime(this.#question.zone).epochMilliseconds;
  }

  /** The posts that count in an interval. */
  #shown(interval: IntervalName): readonly Own[] {
    return isClock(interval) ? this.#timed : this.#posts;
  }

  /** The posts with a known hour. */
  get #timed(): readonly Own[] {
    return this.#posts.filter(({ post }) => !post.hourUnknown);
  }

  hourUnknown(): number {
    return this.#posts.length - this.#timed.length;
  }

  #local(at: number): Temporal.ZonedDateTime {
    return remembered(this.#locals, at, () =>
      Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.#question.zone),
    );
  }

  #own(given: GivenPost): Own {
    const { post, sightings } = given;
    const figures = figuresOf(given, this.#ratio);
    // The provider that last changed the figures.
    let provider = sightings[0]?.provider as ProviderName;
    for (let i = 1; i < figures.length; i += 1) {
      if (!same(figures[i], figures[i - 1])) provider = sightings[i]?.provider as ProviderName;
    }
    return {
      ...(figures.at(-1) ?? unknown),
      id: post.platformId,
      at: this.#momentOf(post),
      local: this.#local(this.#momentOf(post)),
      kind: post.kind,
      author: post.author.handle,
      provider,
      sentiment: post.sentiment === null ? null : Math.round(post.sentiment * 10_000),
      post,
    };
  }

  /** A bucket's value of a metric for some posts. */
  #valueOf(posts: readonly Own[], metric: MetricName): number | null {
    const mine = posts.filter((post) => post.kind !== 'REPOST');
    if (metric === 'POSTS') return posts.length;
    if (metric === 'AUTHORS') return new Set(posts.map((post) => post.author)).size;
    if (metric === 'BITS' || metric === 'EMOTES') return sum(mine.map((post) => ofChat(post, metric))) ?? 0;
    if (metric === 'SENTIMENT') {
      const scores = mine.flatMap(({ sentiment }) => (sentiment === null ? [] : [sentiment]));
      return scores.length === 0 ? null : (sum(scores) ?? 0) / 10_000 / scores.length;
    }
    if (metric === 'ENGAGEMENT_RATE') {
      const told = posts.filter((post) => this.#isKnown(post, 'ENGAGEMENT_RATE'));
      const impressions = sum(told.map((post) => post.impressions));
      return impressions ? (sum(told.map((post) => post.engagement)) ?? 0) / impressions : null;
    }
    if (posts.length === 0) return 0;
    return sum(posts.map((post) => post[metric.toLowerCase() as (typeof figureNames)[number]]));
  }

  /** Whether the figure of a post is reported by a source, not estimated. */
  #isKnown(post: Own, metric: MetricName): boolean {
    if (post.kind === 'REPOST') return false;
    if (metric === 'POSTS' || metric === 'AUTHORS' || metric === 'BITS' || metric === 'EMOTES') return true;
    if (metric === 'SENTIMENT') return post.sentiment !== null;
    const isMeasured = post.impressions !== null && !post.estimated;
    if (metric === 'IMPRESSIONS') return isMeasured;
    if (metric === 'ENGAGEMENT_RATE') return isMeasured && post.engagement !== null;
    return post[metric.toLowerCase() as (typeof figureNames)[number]] !== null;
  }

  known(metric: MetricName): number | null {
    const mine = this.#posts.filter((post) => post.kind !== 'REPOST');
    if (mine.length === 0) return null;
    return mine.filter((post) => this.#isKnown(post, metric)).length / mine.length;
  }

  totals() {
    const posts = this.#posts;
    const engaged = posts.flatMap((post) => (post.engagement === null ? [] : [post.engagement]));
    const impressions = sum(posts.map((post) => post.impressions));
    const estimated = sum(posts.map((post) => (post.estimated ? post.impressions : 0))) ?? 0;
    const count = (...kinds: PostKind[]) => posts.filter((post) => kinds.includes(post.kind)).length;
    const total = (name: (typeof figureNames)[number]) => sum(posts.map((post) => post[name]));
    return {
      posts: posts.length,
      originals: count('ORIGINAL', 'MESSAGE'),
      replies: count('REPLY'),
      reposts: count('REPOST'),
      quotes: count('QUOTE'),
      authors: new Set(posts.map((post) => post.author)).size,
      activeDays: new Set(posts.map((post) => post.local.toPlainDate().toString())).size,
      likesReceived: total('likes'),
      repostsReceived: total('reposts'),
      repliesReceived: total('replies'),
      quotesReceived: total('quotes'),
      bookmarksReceived: total('bookmarks'),
      engagement: total('engagement'),
      engagementPerPost: engaged.length === 0 ? null : (sum(engaged) ?? 0) / engaged.length,
      engagementMedian: quantile(engaged, 0.5),
      engagementP90: quantile(engaged, 0.9),
      engagementRate: this.#valueOf(posts, 'ENGAGEMENT_RATE'),
      impressions,
      impressionsEstimatedShare: impressions ? estimated / impressions : null,
      impressionsPerReaction: this.#ratio,
      bits: this.#valueOf(posts, 'BITS'),
      emotes: this.#valueOf(posts, 'EMOTES'),
    };
  }

  #bucket(local: Temporal.ZonedDateTime, interval: IntervalName): Bucket {
    return remembered(this.#buckets, `${interval} ${local.epochMilliseconds}`, () =>
      this.#findBucket(local, interval),
    );
  }

  #findBucket(local: Temporal.ZonedDateTime, interval: IntervalName): Bucket {
    const zone = this.#question.zone;
    if (interval === 'MINUTE' || interval === 'SECOND') {
      const length = interval === 'MINUTE' ? 60_000 : 1_000;
      const start = Math.floor(local.epochMilliseconds / length) * length;
      const label = this.#local(start)
        .toPlainDateTime()
        .toString({ smallestUnit: interval === 'MINUTE' ? 'minute' : 'second' });
      return { start, end: start + length, label };
    }
    if (interval === 'HOUR') {
      const { minute, second, millisecond } = local;
      let start = local.subtract({ minutes: minute, seconds: second, milliseconds: millisecond });
      if (start.offset !== local.offset) {
        start = local.add({ milliseconds: 1 }).getTimeZoneTransition('previous') ?? start;
      }
      const end = start.add({ minutes: 60 - start.minute }).epochMilliseconds;
      const next = start.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
      const label = start.toPlainDateTime().toString().slice(0, 16);
      return { start: start.epochMilliseconds, end: Math.min(end, next), label };
    }
    const day = this.#firstDay(local.toPlainDate(), interval);
    const next = this.#nextDay(day, interval);
    const label = {
      DAY: day.toString(),
      WEEK: `${day.yearOfWeek}-W${String(day.weekOfYear).padStart(2, '0')}`,
      MONTH: day.toString().slice(0, 7),
      QUARTER: `${day.year}-Q${Math.ceil(day.month / 3)}`,
      YEAR: String(day.year),
    }[interval];
    return {
      start: day.toZonedDateTime(zone).epochMilliseconds,
      end: next.toZonedDateTime(zone).epochMilliseconds,
      label,
    };
  }

  #firstDay(day: Temporal.PlainDate, interval: IntervalName): Temporal.PlainDate {
    if (interval === 'WEEK') return day.subtract({ days: day.dayOfWeek - 1 });
    if (interval === 'MONTH') return day.with({ day: 1 });
    if (interval === 'QUARTER') return day.with({ day: 1, month: day.month - ((day.month - 1) % 3) });
    if (interval === 'YEAR') return day.with({ day: 1, month: 1 });
    return day;
  }

  #nextDay(day: Temporal.PlainDate, interval: IntervalName): Temporal.PlainDate {
    if (interval === 'WEEK') return day.add({ weeks: 1 });
    if (interval === 'MONTH') return day.add({ months: 1 });
    if (interval === 'QUARTER') return day.add({ months: 3 });
    if (interval === 'YEAR') return day.add({ years: 1 });
    return day.add({ days: 1 });
  }

  /** The starts of all buckets that overlap [from, to). */
  #starts(interval: IntervalName, from: number, to: number): number[] {
    const starts: number[] = [];
    if (from >= to) return starts;
    if (isClock(interval)) {
      for (let at = from; at < to; ) {
        const { start, end } = this.#bucket(this.#local(at), interval);
        starts.push(start);
        at = end;
      }
      return starts;
    }
    // When clocks go back over midnight, a day occurs twice. So the range's days include the day of every minute
    // near its ends.
    const shown = [from, to - 1, ...near(from, from, to), ...near(to, from, to)].map((at) =>
      this.#local(at).toPlainDate(),
    );
    shown.sort(Temporal.PlainDate.compare);
    const last = shown.at(-1) as Temporal.PlainDate;
    let day = this.#firstDay(shown[0] as Temporal.PlainDate, interval);
    for (; Temporal.PlainDate.compare(day, last) <= 0; day = this.#nextDay(day, interval)) {
      const start = day.toZonedDateTime(this.#question.zone);
      // A day that the zone skipped has no instant of its own.
      if (interval !== 'DAY' || start.toPlainDate().equals(day)) starts.push(start.epochMilliseconds);
    }
    return starts;
  }

  #extent(times: readonly number[]): readonly [number, number] {
    const from = this.#question.from ?? Math.min(...times);
    const to = this.#question.to ?? Math.max(...times) + 1;
    return Number.isFinite(from) && Number.isFinite(to) ? [from, to] : [0, 0];
  }

  /** The duration of a series of posts in milliseconds, to choose reasonable intervals. */
  get length(): number {
    const [from, to] = this.#extent(this.#posts.map((post) => post.at));
    return to - from;
  }

  series(metric: MetricName, interval: IntervalName, kinds: readonly PostKind[] | null = null) {
    const { starts, groups } = this.#posted(interval);
    const of = (start: number) =>
      (groups.get(start) ?? []).filter(
        ({ kind }) => kinds === null || kinds.includes(kind === 'MESSAGE' ? 'ORIGINAL' : kind),
      );
    const values = starts.map((start) => this.#valueOf(of(start), metric));
    const estimated = starts.map((start) =>
      metric === 'IMPRESSIONS'
        ? (sum(of(start).map((post) => (post.estimated ? post.impressions : null))) ?? 0)
        : 0,
    );
    return { interval, starts: starts.map(iso), values, estimated, rolling: this.#rolling(values, 3) };
  }

  #rolling(values: readonly (number | null)[], buckets: number) {
    return values.map((_, at) => {
      const last = values.slice(Math.max(0, at + 1 - buckets), at + 1).filter((value) => value !== null);
      return last.length < buckets ? null : last.reduce((a, b) => a + b, 0) / buckets;
    });
  }

  sentimentSeries(interval: IntervalName) {
    const { starts, groups } = this.#posted(interval);
    const scores = starts.map((start) =>
      (groups.get(start) ?? []).flatMap(({ kind, sentiment }) =>
        kind === 'REPOST' || sentiment === null ? [] : [sentiment],
      ),
    );
    const share = (is: (score: number) => boolean) =>
      scores.map((of) => (of.length === 0 ? null : of.filter(is).length / of.length));
    return {
      interval,
      starts: starts.map(iso),
      scored: scores.map((of) => of.length),
      positive: share((score) => score >= 500),
      neutral: share((score) => score > -500 && score < 500),
      negative: share((score) => score <= -500),
    };
  }

  /** The buckets of a series, and the posts of each by its start. */
  #posted(interval: IntervalName) {
    return remembered(this.#series, interval, () => this.#countPosted(interval));
  }

  #countPosted(interval: IntervalName): Posted {
    const posts = this.#shown(interval);
    // Calendar buckets run from the first day with a post to the last. The first may start before the range.
    const days = posts.map((post) => post.local.toPlainDate()).sort(Temporal.PlainDate.compare);
    const { zone, from } = this.#question;
    const times = days.map((day) => Math.max(day.toZonedDateTime(zone).epochMilliseconds, from ?? -Infinity));
    const starts = this.#starts(
      interval,
      ...this.#extent(isClock(interval) ? posts.map(({ at }) => at) : times),
    );
    return { starts, groups: groupBy(posts, (post) => this.#bucket(post.local, interval).start) };
  }

  /** What each sighting added to the previous one, at the quarter-hour of the sighting. */
  observed(metric: MetricName, interval: IntervalName) {
    const name = metric.toLowerCase() as (typeof figureNames)[number];
    const seen: { at: number; first: boolean; value: number | null }[] = [];
    for (const given of this.#question.given.filter(({ post }) => post.own)) {
      const figures = figuresOf(given, this.#ratio);
      given.sightings.forEach(({ observedAt }, index) => {
        const at = observedAt - (observedAt % 900_000);
        if (!this.#inRange(at)) return;
        const [now, before] = [figures[index] ?? unknown, figures[index - 1] ?? unknown];
        if (index > 0 && same(now, before)) return;
        const value = now[name];
        seen.push({ at, first: index === 0, value: value === null ? null : value - (before[name] ?? 0) });
      });
    }
    const starts = this.#starts(interval, ...this.#extent(seen.map(({ at }) => at)));
    const groups = groupBy(seen, ({ at }) => this.#bucket(this.#local(at), interval).start);
    const values = starts.map((start) => {
      const group = groups.get(start) ?? [];
      const posts = group.filter(({ first }) => first).length;
      if (metric === 'POSTS') return posts;
      return sum(group.map(({ value }) => value)) ?? (posts === 0 ? 0 : null);
    });
    return { interval, starts: starts.map(iso), values };
  }

  byHour(metric: MetricName): (number | null)[] {
    return Array.from({ length: 24 }, (_, hour) =>
      this.#valueOf(
        this.#timed.filter((post) => post.local.hour === hour),
        metric,
      ),
    );
  }

  byWeekday(metric: MetricName): (number | null)[] {
    return Array.from({ length: 7 }, (_, day) =>
      this.#valueOf(
        this.#posts.filter((post) => post.local.dayOfWeek === day + 1),
        metric,
      ),
    );
  }

  byHourOfWeek(metric: MetricName): (number | null)[][] {
    return Array.from({ length: 7 }, (_, day) =>
      Array.from({ length: 24 }, (_, hour) =>
        this.#valueOf(
          this.#timed.filter((post) => post.local.dayOfWeek === day + 1 && post.local.hour === hour),
          metric,
        ),
      ),
    );
  }

  busiest(interval: IntervalName, first: number) {
    return [...groupBy(this.#shown(interval), (post) => JSON.stringify(this.#bucket(post.local, interval)))]
      .map(([key, posts]) => ({
        ...(JSON.parse(key) as { start: number; end: number; label: string }),
        posts,
      }))
      .sort((a, b) => b.posts.length - a.posts.length || a.start - b.start)
      .slice(0, first)
      .map(({ start, end, label, posts }) => ({
        start: iso(start),
        end: iso(end),
        label,
        posts: posts.length,
        engagement: sum(posts.map((post) => post.engagement)),
      }));
  }

  streaks() {
    const active = new Set(this.#posts.map((post) => post.local.toPlainDate().toString()));
    const sorted = [...active].sort();
    const runs: { from: string; to: string; days: number; posted: boolean }[] = [];
    // Every day between the first and the last post, except days that the zone skipped.
    for (
      let day = Temporal.PlainDate.from(sorted[0] ?? '2000-01-02');
      sorted.length > 0 && day.toString() <= (sorted.at(-1) as string);
      day = day.add({ days: 1 })
    ) {
      if (!day.toZonedDateTime(this.#question.zone).toPlainDate().equals(day)) continue;
      const [name, posted, last] = [day.toString(), active.has(day.toString()), runs.at(-1)];
      if (last?.posted === posted) {
        last.to = name;
        last.days += 1;
      } else runs.push({ from: name, to: name, days: 1, posted });
    }
    const longest = (posted: boolean) =>
      runs
        .filter((run) => run.posted === posted)
        .reduce<(typeof runs)[number] | null>((a, b) => (a === null || b.days > a.days ? b : a), null);
    const { now, to } = this.#question;
    const yesterday = this.#local(now).toPlainDate().subtract({ days: 1 }).toString();
    const lastDay =
      to === null
        ? yesterday
        : this.#local(to - 1)
            .toPlainDate()
            .toString();
    const last = runs.at(-1);
    const reached = last !== undefined && (last.to >= lastDay || last.to >= yesterday);
    const current = reached ? last : null;
    const bare = (run: (typeof runs)[number] | null) => run && { from: run.from, to: run.to, days: run.days };
    return { longest: bare(longest(true)), longestGap: bare(longest(false)), current: bare(current) };
  }

  /** Each day of the weeks of a year. A day's level is the number of quartiles of the active days that it exceeds. */
  calendar(year: number) {
    const counts = new Map<string, number>();
    for (const { local } of this.#posts) {
      const day = local.toPlainDate().toString();
      counts.set(day, (counts.get(day) ?? 0) + 1);
    }
    const ofYear = [...counts].filter(([day]) => day.startsWith(`${year}-`)).map(([, posts]) => posts);
    const level = (posts: number) =>
      1 + Math.min(3, Math.floor((4 * ofYear.filter((other) => other < posts).length) / ofYear.length || 0));
    const weeks: { days: { date: string; posts: number; level: number }[] }[] = [];
    const lastDay = new Temporal.PlainDate(year, 12, 31);
    let day = new Temporal.PlainDate(year, 1, 1);
    day = day.subtract({ days: day.dayOfWeek - 1 });
    for (; day.dayOfWeek !== 1 || Temporal.PlainDate.compare(day, lastDay) <= 0; day = day.add({ days: 1 })) {
      if (day.dayOfWeek === 1) weeks.push({ days: [] });
      const posts = counts.get(day.toString()) ?? 0;
      weeks.at(-1)?.days.push({ date: day.toString(), posts, level: posts === 0 ? 0 : level(posts) });
    }
    const years = [...new Set([...counts.keys()].map((of) => Number(of.slice(0, 4))))].sort((a, b) => a - b);
    return { year, years, posts: sum(ofYear) ?? 0, activeDays: ofYear.length, weeks };
  }

  /** A metric of one post. */
  #ownValue(post: Own, metric: MetricName): number | null {
    if (post.kind === 'REPOST') return null;
    if (metric === 'SENTIMENT') return post.sentiment === null ? null : post.sentiment / 10_000;
    if (metric === 'BITS' || metric === 'EMOTES') return ofChat(post, metric);
    if (metric === 'ENGAGEMENT_RATE') {
      const isKnown = this.#isKnown(post, metric) && post.impressions !== 0;
      return isKnown ? (post.engagement ?? 0) / (post.impressions ?? 0) : null;
    }
    return post[metric.toLowerCase() as (typeof figureNames)[number]];
  }

  topPosts(metric: MetricName, first: number) {
    const known = this.#posts.flatMap((post) => {
      const value = this.#ownValue(post, metric);
      return value === null ? [] : [{ post, value }];
    });
    known.sort(
      (a, b) =>
        b.value - a.value ||
        b.post.post.createdAt - a.post.post.createdAt ||
        (keyOf(b.post) > keyOf(a.post) ? 1 : -1),
    );
    return known.slice(0, first).map(({ post }) => ({
      platformId: post.id,
      metrics: { impressions: post.impressions, impressionsEstimated: post.estimated },
    }));
  }

  topTerms(kind: string, first: number) {
    const counts = new Map<string, { count: number; engagement: number | null }>();
    for (const { post, kind: postKind, engagement } of this.#posts) {
      for (const term of new Set(termsOf(post, postKind, kind))) {
        const before = counts.get(term) ?? { count: 0, engagement: null };
        counts.set(term, { count: before.count + 1, engagement: sum([before.engagement, engagement]) });
      }
    }
    return [...counts]
      .sort((a, b) => b[1].count - a[1].count || Buffer.compare(Buffer.from(a[0]), Buffer.from(b[0])))
      .slice(0, first)
      .map(([term, { count, engagement }]) => {
        return { term, kind, count, share: count / this.#posts.length, engagement };
      });
  }

  /** Groups by author id: the authors of the test's posts have one. */
  topAuthors(first: number) {
    return [...groupBy(this.#posts, (post) => post.post.author.platformId ?? '')]
      .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
      .slice(0, first)
      .map(([, posts]) => {
        const engaged = posts.filter((post) => post.engagement !== null);
        const engagement = sum(engaged.map((post) => post.engagement));
        return {
          author: { handle: posts[0]?.author },
          posts: posts.length,
          engagement,
          engagementPerPost: engagement === null ? null : engagement / engaged.length,
        };
      });
  }

  sentiment() {
    const felt = this.#posts.filter((post) => post.kind !== 'REPOST').map((post) => post.sentiment);
    const scores = felt.filter((score) => score !== null);
    return {
      unscored: felt.length - scores.length,
      mean: this.#valueOf(this.#posts, 'SENTIMENT'),
      positive: scores.filter((score) => score >= 500).length,
      neutral: scores.filter((score) => Math.abs(score) < 500).length,
      negative: scores.filter((score) => score <= -500).length,
    };
  }

  /**
   * The last reading in each bucket. With `carry`, an empty bucket gets the last reading before its end, unless the
   * bucket is in the future.
   */
  followers(interval: IntervalName, carry: boolean) {
    const { from, to, now } = this.#question;
    const known = this.#question.snapshots
      .filter(({ followers, observedAt }) => followers !== null && (to === null || observedAt < to))
      .sort((a, b) => a.observedAt - b.observedAt);
    const within = known.filter(({ observedAt }) => from === null || observedAt >= from);
    const starts = this.#starts(interval, ...this.#extent(known.map(({ observedAt }) => observedAt)));
    const values = starts.map((start) => {
      const { end } = this.#bucket(this.#local(start), interval);
      const read = within.filter(({ observedAt }) => observedAt >= start && observedAt < end);
      if (carry && read.length === 0 && start <= now) {
        return known.findLast(({ observedAt }) => observedAt < end)?.followers ?? null;
      }
      return read.at(-1)?.followers ?? null;
    });
    return { interval, starts: starts.map(iso), values };
  }

  bestTimes(metric: MetricName, first: number) {
    const lowest = metric === 'SENTIMENT' ? -1 : 0;
    const perUnit = metric === 'ENGAGEMENT_RATE' ? 1_000 : 1;
    const knownOf = (posts: readonly Own[]) =>
      posts.flatMap((post) => {
        const value = this.#ownValue(post, metric);
        return value === null ? [] : [{ post, value: (value - lowest) * perUnit }];
      });
    const known = knownOf(this.#timed);
    // The tally of engagement includes posts of unknown hour.
    const figures = metric === 'ENGAGEMENT' ? knownOf(this.#posts) : known;
    if (known.length === 0) return [];
    const cap =
      metric === 'SENTIMENT' ? 2 : 4 * Math.expm1(mean(figures.map(({ value }) => Math.log1p(value)))) + 1;
    const quarters = [...groupBy(known, ({ post }) => quarterOf(post.local)).values()].map((posts) => {
      const { local } = (posts[0] as (typeof posts)[number]).post;
      const counted = Math.min(mean(posts.map(({ value }) => value)), cap);
      return { slot: `${local.dayOfWeek} ${local.hour}`, posts: posts.length, counted };
    });
    const own = mean(quarters.map(({ counted }) => counted));
    if (own === 0) return [];
    return [...groupBy(quarters, ({ slot }) => slot)]
      .map(([slot, mine]) => {
        const [weekday = 0, hour = 0] = slot.split(' ').map(Number);
        const total = sum(mine.map(({ counted }) => counted)) ?? 0;
        const score = (total + 30 * own) / (mine.length + 30);
        const posts = sum(mine.map((quarter) => quarter.posts)) ?? 0;
        return { weekday, hour, posts, expected: lowest + score / perUnit, lift: score / own };
      })
      .sort(
        (a, b) =>
          round(b.lift) - round(a.lift) || b.posts - a.posts || a.weekday - b.weekday || a.hour - b.hour,
      )
      .slice(0, first)
      .map((slot) => ({ ...slot, weekday: weekdayNames[slot.weekday - 1] }));
  }

  providers(collectedAt: ReadonlyMap<ProviderName, number>) {
    return [...groupBy(this.#posts, (post) => post.provider)]
      .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
      .map(([provider, posts]) => {
        return { provider, posts: posts.length, collectedAt: iso(collectedAt.get(provider) ?? 0) };
      });
  }
}

/** Node 20 has no Map.groupBy. */
function groupBy<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) remembered(groups, keyOf(value), () => []).push(value);
  return groups;
}

/** The map's value for a key, created at first use. */
function remembered<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** The quarter-hour on the clock. The offset distinguishes it from its repetition after clocks go back. */
const quarterOf = (local: Temporal.ZonedDateTime) =>
  `${local.toPlainDate()} ${local.hour} ${Math.floor(local.minute / 15)} ${local.offset}`;

const iso = (at: number) => new Date(at).toISOString();
const round = (value: number) => Number(value.toPrecision(12));

/** Minutes within an hour of an instant and inside [from, to). They are enough to notice clocks that go back. */
function near(at: number, from: number, to: number): number[] {
  const minutes = Array.from({ length: 2 * 60 }, (_, index) => at + (index - 60) * 60_000);
  return minutes.filter((minute) => minute >= from && minute < to);
}

function quantile(values: readonly number[], fraction: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = fraction * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return low + (high - low) * (at - Math.floor(at));
}

function termsOf(post: EnrichedPost, postKind: PostKind, kind: string): readonly string[] {
  const some = (value: string | null | undefined) => (value ? [value] : []);
  if (kind === 'REPOSTED') return postKind === 'REPOST' ? some(post.repostOf?.handle) : [];
  if (postKind === 'REPOST') return [];
  switch (kind) {
    case 'HASHTAG':
      return post.hashtags;
    case 'MENTION':
      return post.mentions;
    case 'WORD':
      return post.words;
    case 'COMMAND':
      return some(postKind === 'MESSAGE' ? /^!(\w{1,30})/.exec(post.text)?.[1]?.toLowerCase() : null);
    case 'EMOTE':
      return post.chat?.emotes.map(({ name }) => name) ?? [];
    case 'EMOJI':
      return post.emoji;
    case 'CASHTAG':
      return post.cashtags;
    case 'DOMAIN':
      return post.domains;
    case 'REPLIED_TO':
      return some(post.replyTo?.handle);
    case 'LANGUAGE':
      return some(post.language);
    case 'CLIENT':
      return some(post.client);
    default:
      throw new Error(`unknown kind of term: ${kind}`);
  }
}
