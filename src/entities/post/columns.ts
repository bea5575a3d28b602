import { type SQL, sql } from 'drizzle-orm';
import { impressionsOf } from '../../db/impressions.ts';
import { joinedList } from '../../shared/stored-lists.ts';
import type { MetricsRow, PostRow } from './row.ts';

/** The impressions of a row `p` of posts, or of their history, with the ratio of its stream `home`. */
export const anyImpressions: SQL = impressionsOf(sql`p`, sql`home.impressions_per_reaction`);

const metrics: { readonly [Name in keyof MetricsRow]: SQL } = {
  observedAt: sql`p.observed_at`,
  likes: sql`p.likes::float8`,
  reposts: sql`p.reposts::float8`,
  replies: sql`p.replies::float8`,
  quotes: sql`p.quotes::float8`,
  bookmarks: sql`p.bookmarks::float8`,
  impressions: anyImpressions,
  impressionsEstimated: sql`p.impressions_estimated`,
};

/** The columns that every list of posts reads: they identify a post, and give its place in the list. */
const always = {
  streamId: sql`p.stream_id`,
  postId: sql`p.post_id`,
  platform: sql`home.platform`,
  createdAt: sql`p.created_at`,
} satisfies { readonly [Name in keyof PostRow]?: SQL };
export type AlwaysRead = keyof typeof always | 'rank' | 'rankedFrom';

/** The columns that a list reads only when a field needs them. `author` comes from a join, not from the post's row. */
export type PostColumn = Exclude<keyof PostRow, AlwaysRead>;
export type PostColumns = ReadonlySet<PostColumn>;

const others: { readonly [Name in Exclude<PostColumn, 'author'>]: SQL } = {
  platformId: sql`p.platform_id`,
  hourUnknown: sql`p.hour_unknown`,
  collectedAt: sql`p.collected_at`,
  ...metrics,
  engagement: sql`p.engagement::float8`,
  sentiment: sql`p.sentiment`,
  kind: sql`p.kind`,
  provider: sql`p.provider`,
  authorId: sql`p.author_id`,
  text: sql`p.text`,
  language: sql`p.language`,
  parentId: sql`p.parent_id`,
  quotedId: sql`p.quoted_id`,
  repostedId: sql`p.reposted_id`,
  hashtags: sql`coalesce(p.hashtags, '{}')`,
  mentions: sql`coalesce(p.mentions, '{}')`,
  urls: sql`coalesce(p.urls, '{}')`,
  media: sql`p.media`,
  emotes: sql`p.emotes`,
  badges: sql.raw(joinedList('badges')),
  bits: sql`p.bits`,
};

/** All columns of a post's row. */
export const everyColumn: PostColumns = new Set(Object.keys(others) as PostColumn[]); // safe: by its type

type Listed = readonly (readonly [name: string, column: SQL])[];

const listed = (columns: Readonly<Record<string, SQL>>): Listed =>
  Object.entries(columns).map(([name, value]) => [name, sql`${value} as ${sql.identifier(name)}`]);

const joined = (columns: Listed): SQL =>
  sql.join(
    columns.map(([, column]) => column),
    sql`, `,
  );

const alwaysListed = listed(always);
const othersListed = listed(others);

/** Columns for SELECT, of a row `p` of posts and of its stream `home`. Their order is fixed: a set has one text. */
export const selectList = (columns: PostColumns): SQL =>
  joined([...alwaysListed, ...othersListed.filter(([name]) => columns.has(name as PostColumn))]);

/** The columns of `MetricsRow`, of a row `p` of posts or of their history. */
export const metricsList: SQL = joined(listed(metrics));
