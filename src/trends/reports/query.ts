import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { Dimension } from '../../db/dimensions.ts';
import type { Platform } from '../../shared/post.ts';
import type { Range } from '../../shared/range.ts';
import { doublesIn, talliesIn } from './tallies.ts';
import { authorsIn } from '../distinct-authors.ts';
import { standingTermsIn } from '../standing-terms.ts';

/** The sums of all streams for a value. */
export type ReportRow = {
  readonly value: string;
  readonly posts: number;
  /** Null when it is known for none of them. */
  readonly engagement: number | null;
  /** Posts whose engagement is known. */
  readonly engaged: number;
  /** A stream that has the value. */
  readonly streamId: number;
};

/** How many to return, and how many to skip. */
type Page = readonly [first: number, offset: number];

type AuthorReport = {
  readonly range: Range;
  readonly platform: Platform | null;
  /** Whether to leave out authors whose posts have no engagement, or none that is known. */
  readonly engagedOnly: boolean;
  readonly page: Page;
};

/** Returns the authors with the most own posts of all streams. Each post counts once; ties by code point. */
export async function listTopAuthors(db: Database, report: AuthorReport): Promise<readonly ReportRow[]> {
  const {
    range,
    platform,
    engagedOnly,
    page: [first, offset],
  } = report;
  return db.rows<ReportRow>(sql`
    ${counted('AUTHOR', range, platform)}
    select * from counted ${engagedOnly ? sql`where engagement > 0` : sql``}
    order by posts desc, value collate "C" limit ${first} offset ${offset}`);
}

/** The sort order of hashtags. */
export type HashtagOrder = 'POSTS' | 'AUTHORS';

type HashtagReport = { readonly range: Range; readonly by: HashtagOrder; readonly page: Page };

/**
 * Returns the hashtags with most own posts of all streams, or with most authors. Each post counts once; ties by code
 * point. Authors cannot be summed, so they are counted for the hashtags of the page, or for all hashtags when authors
 * decide the order.
 */
export async function listTopHashtags(
  db: Database,
  { range, by, page: [first, offset] }: HashtagReport,
): Promise<readonly (ReportRow & { readonly authors: number })[]> {
  const part = sql`limit ${first} offset ${offset}`;
  const statement =
    by === 'POSTS'
      ? sql`
        , page as (select * from counted order by posts desc, value collate "C" ${part})
        , used as (${authorsOfPage(range)})
        select page.*, coalesce(authors, 0) as authors from page left join used using (value)
        order by posts desc, value collate "C"`
      : sql`
        , used as (${authorsOfAll(range)})
        select counted.*, authors from counted join used using (value)
        order by authors desc, value collate "C" ${part}`;
  return db.rows(sql`${counted('HASHTAG', range, null)} ${statement}`);
}

/** Returns the values of a dimension with their sums over all streams: the tallies, less the doubles. */
function counted(dimension: Dimension, range: Range, platform: Platform | null): SQL {
  const platformOnly =
    platform === null ? sql`` : sql`join streams s on s.stream_id = t.stream_id and s.platform = ${platform}`;
  return sql`
    with tallied as materialized (${talliesIn(dimension, range)}), counted as (
      select t.value, sum(t.posts)::float8 as posts,
        case when sum(t.engaged) > 0 then sum(t.engagement) end::float8 as engagement,
        coalesce(sum(t.engaged), 0)::float8 as engaged,
        min(t.stream_id) filter (where t.posts > 0) as "streamId"
      from (select * from tallied union all ${doublesIn(dimension, range)}) t ${platformOnly}
      group by t.value having sum(t.posts) > 0)`;
}

/**
 * Whether there are topics or channels. Otherwise the tallies tell who uses a hashtag, since an account has one
 * author.
 */
const hasTopics = sql`exists (select 1 from streams where kind <> 'ACCOUNT')`;

/** Selects the accounts whose tallies have a hashtag, when all streams are accounts. */
const ownersOf = (where: SQL): SQL => sql`
  select t.value, coalesce(a.platform_id, '@' || lower(a.handle)) as author
  from tallied t join accounts a on a.stream_id = t.stream_id
  where t.posts > 0 and not ${hasTopics} and ${where}`;

/** Counts the distinct authors of the hashtags of the table `page`. */
const authorsOfPage = (range: Range): SQL => sql`
  select value, count(distinct author)::float8 as authors
  from (${ownersOf(sql`t.value in (select value from page)`)}) owners group by value
  union all
  select term, authors from (${authorsIn(range, sql`(select value as term from page)`)}) counted where ${hasTopics}`;

/**
 * Counts the distinct authors of all hashtags. When there are topics or channels, it reads post_terms_window or
 * post_terms_term alone.
 */
const authorsOfAll = (range: Range): SQL => sql`
  select value, count(*)::float8 as authors from (
    ${ownersOf(sql`true`)}
    union
    select t.term, t.author_id from post_terms t where ${hasTopics} and ${standingTermsIn(range)}
  ) users group by value`;
