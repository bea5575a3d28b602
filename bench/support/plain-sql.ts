import type { Asked } from './operation.ts';

/** The scope of a stat; ends in ISO 8601, null when open. */
export type PlainScope = {
  readonly streamId: number;
  readonly timeZone: string;
  readonly from: string | null;
  readonly to: string | null;
};

/**
 * The statement that an engineer would write for a stat with `posts` and its indexes, without rollups: one aggregate
 * over the posts. Indexes by figure may serve top posts, and posts_created ranges. Null when it is not defined.
 */
export function plainSql(asked: Asked, scope: PlainScope): string | null {
  return statements[asked.field]?.(asked, scope) ?? null;
}

type Write = (asked: Asked, scope: PlainScope) => string | null;

const statements: Readonly<Record<string, Write>> = {
  totals: (asked, scope) => `select ${totalColumns(asked, scope).join(', ')} from ${own(scope)}`,
  series: ({ arguments: { metric, interval, basis } }, scope) =>
    `select date_trunc('${word(interval)}', ${local(scope, basis === 'OBSERVED' ? 'p.observed_at' : 'p.created_at')}),
       ${aggregate(metric)} from ${own(scope)} group by 1 order by 1`,
  byHour: ({ arguments: { metric } }, scope) =>
    `select extract(hour from ${local(scope)}), ${aggregate(metric)} from ${own(scope)} group by 1 order by 1`,
  byWeekday: ({ arguments: { metric } }, scope) =>
    `select extract(isodow from ${local(scope)}), ${aggregate(metric)} from ${own(scope)} group by 1 order by 1`,
  byHourOfWeek: ({ arguments: { metric } }, scope) =>
    `select ${slot(scope)}, ${aggregate(metric)} from ${own(scope)} group by 1, 2 order by 1, 2`,
  busiest: ({ arguments: { interval, first } }, scope) =>
    `select date_trunc('${word(interval)}', ${local(scope)}), count(*), sum(p.engagement) from ${own(scope)}
     group by 1 order by 2 desc, 1 limit ${Number(first)}`,
  streaks: (_asked, scope) =>
    `select min(day), max(day), count(*) from (
       select day, day - (row_number() over (order by day))::int as run
       from (select distinct (${local(scope)})::date as day from ${own(scope)}) days) runs
     group by run order by 3 desc, 1`,
  topPosts: ({ arguments: { by, first } }, scope) => {
    const figure = `p.${word(by)}`;
    // Written like the index, so that it can be used.
    return `select p.post_id, p.text, p.created_at, p.likes, p.reposts, p.replies, p.impressions, p.engagement
      from ${own(scope)} and p.kind <> 'REPOST' and ${figure} is not null
        and (p.engagement is not null or p.impressions is not null)
      order by coalesce(${figure}, -1) desc, p.created_at desc, p.post_id desc limit ${Number(first)}`;
  },
  topTerms: ({ arguments: { kind, first } }, scope) => {
    const column = termArrays[String(kind)];
    return column === undefined
      ? null
      : `select term, count(*), sum(p.engagement) from ${own(scope, `, unnest(p.${column}) as term`)}
           and p.kind <> 'REPOST'
         group by 1 order by 2 desc, 1 limit ${Number(first)}`;
  },
  sentiment: (_asked, scope) =>
    `select avg(p.sentiment) / 10000, count(*) filter (where p.sentiment >= 500),
       count(*) filter (where p.sentiment <= -500), count(*)
     from ${own(scope)} and p.kind <> 'REPOST'`,
  followers: ({ arguments: { interval } }, { streamId, from, to, timeZone }) =>
    `select distinct on (1) date_trunc('${word(interval)}', observed_at at time zone '${timeZone}'), followers
     from follower_snapshots where stream_id = ${streamId} and followers is not null
       ${between('observed_at', from, to)} order by 1, observed_at desc`,
  bestTimes: ({ arguments: { metric, first } }, scope) =>
    `select ${slot(scope)}, avg(p.${word(metric)}), count(*) from ${own(scope)}
       and p.kind <> 'REPOST' and p.${word(metric)} is not null
     group by 1, 2 order by 3 desc limit ${Number(first)}`,
  known: ({ arguments: { metric } }, scope) =>
    `select count(p.${word(metric)})::float8 / count(*) from ${own(scope)} and p.kind <> 'REPOST'`,
  providers: (_asked, scope) => `select p.provider, count(*) from ${own(scope)} group by 1 order by 2 desc`,
  topAuthors: ({ arguments: { first } }, scope) =>
    `select p.author_id, count(*), sum(p.engagement) from ${own(scope)} group by 1 order by 2 desc limit ${Number(first)}`,
};

const termArrays: Readonly<Record<string, string>> = {
  HASHTAG: 'hashtags',
  MENTION: 'mentions',
  WORD: 'words',
  EMOJI: 'emoji',
  CASHTAG: 'cashtags',
  DOMAIN: 'domains',
};

const rate =
  'sum(p.engagement) filter (where not p.impressions_estimated) / nullif(sum(p.impressions) filter (where not p.impressions_estimated), 0)';

/** Only requested columns: an unneeded median would make the floor more expensive. */
function totalColumns({ parts }: Asked, scope: PlainScope): string[] {
  const columns: Readonly<Record<string, string>> = {
    posts: 'count(*)',
    originals: `count(*) filter (where p.kind = 'ORIGINAL')`,
    replies: `count(*) filter (where p.kind = 'REPLY')`,
    reposts: `count(*) filter (where p.kind = 'REPOST')`,
    quotes: `count(*) filter (where p.kind = 'QUOTE')`,
    activeDays: `count(distinct (${local(scope)})::date)`,
    authors: 'count(distinct p.author_id)',
    likesReceived: 'sum(p.likes)',
    repostsReceived: 'sum(p.reposts)',
    repliesReceived: 'sum(p.replies)',
    quotesReceived: 'sum(p.quotes)',
    bookmarksReceived: 'sum(p.bookmarks)',
    engagement: 'sum(p.engagement)',
    engagementPerPost: 'avg(p.engagement)',
    engagementMedian: 'percentile_cont(0.5) within group (order by p.engagement)',
    engagementP90: 'percentile_cont(0.9) within group (order by p.engagement)',
    engagementRate: rate,
    impressions: 'sum(p.impressions)',
    impressionsEstimatedShare:
      'sum(p.impressions) filter (where p.impressions_estimated) / nullif(sum(p.impressions), 0)',
  };
  return [...parts].flatMap((part) => columns[part] ?? []);
}

function aggregate(metric: unknown): string {
  if (metric === 'POSTS') return 'count(*)';
  if (metric === 'AUTHORS') return 'count(distinct p.author_id)';
  if (metric === 'SENTIMENT') return `avg(p.sentiment) filter (where p.kind <> 'REPOST') / 10000`;
  if (metric === 'ENGAGEMENT_RATE') return rate;
  return `sum(p.${word(metric)})`;
}

function own({ streamId, from, to }: PlainScope, join = ''): string {
  return `posts p${join} where p.stream_id = ${streamId} and p.own ${between('p.created_at', from, to)}`;
}

function between(column: string, from: string | null, to: string | null): string {
  const lower = from === null ? '' : `and ${column} >= '${from}'`;
  return `${lower} ${to === null ? '' : `and ${column} < '${to}'`}`;
}

const local = ({ timeZone }: PlainScope, column = 'p.created_at') => `(${column} at time zone '${timeZone}')`;
const slot = (scope: PlainScope) =>
  `extract(isodow from ${local(scope)}), extract(hour from ${local(scope)})`;

/** An enum's value as the column or the unit of its name. */
const word = (value: unknown): string => String(value).toLowerCase();
