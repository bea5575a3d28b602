import { type Message, type Trait, traits } from '../shared/message-traits.ts';
import type { Metrics } from '../shared/post.ts';
import { emoteNamesIn } from '../shared/stored-emotes.ts';

/** The fields of a post that measures read. A repost has no figures of its own. */
export type Measured = Metrics &
  Message & {
    readonly impressionsEstimated: boolean;
    /** Ten-thousandths. */
    readonly sentiment: number | null;
    readonly bits: number;
  };

/**
 * A figure that `activity` sums over own posts. Writes, the recount, and stats that read single posts all use this
 * list.
 */
export type Measure = {
  readonly column: string;
  /** A count over no posts is 0; a sum without any known figure is null. */
  readonly role: 'count' | 'sum';
  readonly type: 'int' | 'bigint';
  /** The value of a row `p` of posts. */
  readonly sql: string;
  /** The value of a post in memory. */
  readonly of: (post: Measured, engagement: number | null) => number | null;
};

/** The number of posts with a property. */
const countOf = (column: string, sql: string, is: (post: Measured, engagement: number | null) => boolean) =>
  ({
    column,
    role: 'count',
    type: 'int',
    sql: `(${sql})::int`,
    of: (post, engagement) => (is(post, engagement) ? 1 : 0),
  }) as const satisfies Measure;

/** The sum of a figure over the posts that know it. */
const sumOf = (column: string, sql: string, of: Measure['of']) =>
  ({ column, role: 'sum', type: 'bigint', sql, of }) as const satisfies Measure;

/** Scored posts by a condition on their score: 500 is `sentimentThreshold`. */
const scoredAs = (column: string, condition: (score: string) => string, is: (score: number) => boolean) =>
  countOf(
    column,
    `p.kind <> 'REPOST' and (${condition('p.sentiment')}) is true`,
    ({ kind, sentiment }) => kind !== 'REPOST' && sentiment !== null && is(sentiment),
  );

/** Chat messages with a trait. */
const messagesOf = (column: string, { sql, is }: Trait) => countOf(column, `(${sql}) is true`, is);

const isMeasured = 'not p.impressions_estimated and p.impressions is not null';
const measured = ({ impressions, impressionsEstimated }: Measured) =>
  impressionsEstimated ? null : impressions;

export const measures: readonly Measure[] = [
  { column: 'posts', role: 'count', type: 'int', sql: '1', of: () => 1 },
  countOf(
    'originals',
    `p.kind in ('ORIGINAL', 'MESSAGE')`,
    ({ kind }) => kind === 'ORIGINAL' || kind === 'MESSAGE',
  ),
  countOf('replied', `p.kind = 'REPLY'`, ({ kind }) => kind === 'REPLY'),
  countOf('reposted', `p.kind = 'REPOST'`, ({ kind }) => kind === 'REPOST'),
  countOf('quoted', `p.kind = 'QUOTE'`, ({ kind }) => kind === 'QUOTE'),
  sumOf('likes', 'p.likes', ({ likes }) => likes),
  sumOf('reposts', 'p.reposts', ({ reposts }) => reposts),
  sumOf('replies', 'p.replies', ({ replies }) => replies),
  sumOf('quotes', 'p.quotes', ({ quotes }) => quotes),
  sumOf('bookmarks', 'p.bookmarks', ({ bookmarks }) => bookmarks),
  sumOf('engagement', 'p.engagement', (_, engagement) => engagement),
  sumOf('impressions', 'p.impressions', ({ impressions }) => impressions),
  countOf('engaged_posts', 'p.engagement is not null', (_, engagement) => engagement !== null),
  sumOf(
    'impressions_estimated',
    'case when p.impressions_estimated then p.impressions end',
    ({ impressions, impressionsEstimated }) => (impressionsEstimated ? impressions : null),
  ),
  sumOf('rate_engagement', `case when ${isMeasured} then p.engagement end`, (post, engagement) =>
    measured(post) === null ? null : engagement,
  ),
  sumOf(
    'rate_impressions',
    `case when ${isMeasured} and p.engagement is not null then p.impressions end`,
    (post, engagement) => (engagement === null ? null : measured(post)),
  ),
  {
    column: 'sentiment',
    role: 'count',
    type: 'bigint',
    sql: `case when p.kind = 'REPOST' then 0 else coalesce(p.sentiment, 0) end`,
    of: ({ kind, sentiment }) => (kind === 'REPOST' ? 0 : (sentiment ?? 0)),
  },
  scoredAs(
    'positive',
    (score) => `${score} >= 500`,
    (score) => score >= 500,
  ),
  scoredAs(
    'neutral',
    (score) => `${score} > -500 and ${score} < 500`,
    (score) => score > -500 && score < 500,
  ),
  scoredAs(
    'negative',
    (score) => `${score} <= -500`,
    (score) => score <= -500,
  ),
  {
    column: 'bits',
    role: 'count',
    type: 'bigint',
    sql: `case when p.kind = 'REPOST' then 0 else p.bits end`,
    of: ({ kind, bits }) => (kind === 'REPOST' ? 0 : bits),
  },
  {
    column: 'emotes',
    role: 'count',
    type: 'int',
    sql: `case when p.kind = 'REPOST' then 0 else coalesce(json_array_length(p.emotes), 0) end`,
    of: ({ kind, emotes }) => (kind === 'REPOST' || emotes === null ? 0 : emoteNamesIn(emotes).length),
  },
  messagesOf('emote_only', traits.emoteOnly),
  messagesOf('questions', traits.question),
  messagesOf('commands', traits.command),
  messagesOf('mentioning', traits.mention),
];

/** The columns of `activity` that hold a measure each. */
export const measureColumns: readonly string[] = measures.map(({ column }) => column);

/** SQL that sums rows `p` of posts, as the columns of some measures. */
export const sumsOfPosts = (some: readonly Measure[]): string =>
  some
    .map(({ column, role, type, sql }) => {
      const sum = role === 'count' ? `coalesce(sum(${sql}), 0)` : `sum(${sql})`;
      return `${sum}::${type} as ${column}`;
    })
    .join(', ');

/** The columns that differ between chat messages. Their other figures are unknown, and each message is an original. */
const columnsOfMessages: ReadonlySet<string> = new Set([
  'posts',
  'sentiment',
  'positive',
  'neutral',
  'negative',
  'bits',
  'emotes',
  'emote_only',
  'questions',
  'commands',
  'mentioning',
]);
const isOfMessages = ({ column }: Measure) => columnsOfMessages.has(column);

/** The measures of `activity_minutes`, which sums chat messages: a minute's row takes 123 bytes instead of 151. */
export const minuteMeasures: readonly Measure[] = measures.filter(isOfMessages);

/** A row `a` of `activity_minutes` as the columns of `activity`. */
export const minuteAsActivity = measures
  .map((measure) => `${ofMinute(measure)} as ${measure.column}`)
  .join(', ');

function ofMinute(measure: Measure): string {
  const { column, role, type } = measure;
  if (isOfMessages(measure)) return `a.${column}`;
  if (column === 'originals') return 'a.posts';
  return role === 'count' ? '0' : `null::${type}`;
}

/** The figures of one observation of a post. */
type Seen = Metrics & { readonly impressionsEstimated: boolean };

/** A figure of `observed_activity`: the sum of what each observation added. */
export type ObservedMeasure = {
  readonly column: string;
  /** The value in a row of posts (`p`) or of their history (`h`); null when unknown. */
  readonly sql: (row: 'p' | 'h') => string;
  /** The value of an observation in memory. */
  readonly of: (seen: Seen) => number | null;
};

const seenFigure = (name: keyof Metrics): ObservedMeasure => ({
  column: name,
  sql: (row) => `${row}.${name}`,
  of: (seen) => seen[name],
});

/** All but the engagement, which is the sum of the known likes, reposts, replies and quotes. */
export const observedMeasures: readonly ObservedMeasure[] = [
  ...(['likes', 'reposts', 'replies', 'quotes', 'bookmarks', 'impressions'] as const).map(seenFigure),
  {
    column: 'impressions_estimated',
    sql: (row) =>
      `case when ${row}.impressions_estimated or ${row}.impressions is null then ${row}.impressions else 0 end`,
    of: ({ impressions, impressionsEstimated }) =>
      impressionsEstimated || impressions === null ? impressions : 0,
  },
];

/** The sums in `observed_activity`, in a fixed order. */
export const observedColumns: readonly string[] = [
  ...observedMeasures.map(({ column }) => column),
  'engagement',
];
