import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { createdIn } from '../../db/created-in.ts';
import type { PostKind, ProviderName } from '../../shared/post.ts';
import type { Range } from '../../shared/range.ts';
import type { SearchQuery } from '../../shared/search-query.ts';
import type { SentimentLabel } from '../../shared/sentiment.ts';
import { atClock, type ClockConditions } from './clock.ts';

/** Conditions that must all hold. Null holds for every post. A list holds when one of its values does. */
export type PostConditions = {
  /** As `searchQuery` gives it; null: any text. */
  readonly search: SearchQuery | null;
  readonly streams: readonly number[] | null;
  /** Handles in lower case, without @. */
  readonly authors: readonly string[] | null;
  /** As `authors.author_id`. */
  readonly authorIds: readonly string[] | null;
  /** In lower case, without #. */
  readonly hashtags: readonly string[] | null;
  readonly kinds: readonly PostKind[] | null;
  readonly providers: readonly ProviderName[] | null;
  readonly languages: readonly string[] | null;
  readonly sentiment: SentimentLabel | null;
  readonly hasMedia: boolean | null;
  readonly minLikes: number | null;
  /** True: posts by the account itself, or matches of the topic. False: posts by others, fetched for conversations. */
  readonly own: boolean | null;
  readonly range: Range;
  /** The days of the range, for posts of which only the day is known. */
  readonly days: Range;
  /** Posts with one of these terms, in their counted form. */
  readonly terms: { readonly [List in TermList]: readonly string[] | null };
  /** The apps posted with. */
  readonly clients: readonly string[] | null;
  /** Null: at any hour of any day. */
  readonly clock: ClockConditions | null;
};

/** Lists of terms in the row of a post. No index serves them: the posts of the streams are read in order. */
export type TermList = 'mentions' | 'domains' | 'emoji';

/** Matches posts with terms of their own. The terms of a repost count with the original. */
const isOriginal = sql`p.kind <> 'REPOST'`;

/** Returns the conditions as SQL on `p`. `byIndex`: whether the search may use its index, which finds all hits. */
export function postConditions(conditions: PostConditions, { byIndex = true } = {}): SQL {
  const { search, streams, authors, hashtags, kinds, providers, languages, sentiment, range } = conditions;
  const { clients, clock } = conditions;
  const parts: SQL[] = [];
  if (!streams) parts.push(sql`/* across streams: none is asked for */ true`);
  // One stream as an equality, so that the planner knows its rows to be in the order of (figure, time, id).
  if (streams?.length === 1) parts.push(sql`p.stream_id = ${streams[0]}`);
  else if (streams) parts.push(sql`p.stream_id = any(${arrayOf(streams)}::int[])`);
  // A search without a word finds nothing.
  if (search === '') parts.push(sql`false`);
  else if (search !== null) {
    const matches = sql`p.search @@ ${search}::tsquery`;
    parts.push(byIndex ? matches : sql`(${matches}) is true`);
  }
  if (authors) {
    parts.push(sql`(p.stream_id, p.author_id) in (select a.stream_id, a.author_id from authors a
      where lower(a.handle) = any(${arrayOf(authors)}::text[]) ${streams ? sql`and a.stream_id = any(${arrayOf(streams)}::int[])` : sql``})`);
  }
  if (conditions.authorIds) parts.push(sql`p.author_id = any(${arrayOf(conditions.authorIds)}::text[])`);
  if (hashtags) {
    // By post_terms' primary key; a post with two of the tags is still one.
    parts.push(sql`(p.stream_id, p.post_id) in (select t.stream_id, t.post_id from post_terms t
      where t.term = any(${arrayOf(hashtags)}::text[]) ${streams ? sql`and t.stream_id = any(${arrayOf(streams)}::int[])` : sql``}) and ${isOriginal}`);
  }
  if (kinds) parts.push(sql`p.kind = any(${arrayOf(kinds)}::post_kind[])`);
  if (providers) parts.push(sql`p.provider = any(${arrayOf(providers)}::provider[])`);
  if (languages) parts.push(sql`p.language = any(${arrayOf(languages)}::text[])`);
  if (sentiment === 'POSITIVE') parts.push(sql`p.sentiment >= 500`);
  if (sentiment === 'NEGATIVE') parts.push(sql`p.sentiment <= -500`);
  if (sentiment === 'NEUTRAL') parts.push(sql`p.sentiment > -500 and p.sentiment < 500`);
  if (conditions.hasMedia !== null)
    parts.push(conditions.hasMedia ? sql`p.media is not null` : sql`p.media is null`);
  if (conditions.minLikes !== null) parts.push(sql`p.likes >= ${conditions.minLikes}`);
  if (conditions.own !== null) parts.push(conditions.own ? sql`p.own` : sql`not p.own`);
  if (range.from !== null || range.to !== null) parts.push(createdIn(range, conditions.days));
  for (const [list, terms] of Object.entries(conditions.terms)) {
    if (terms) parts.push(sql`p.${sql.identifier(list)} && ${arrayOf(terms)}::text[] and ${isOriginal}`);
  }
  if (clients) parts.push(sql`p.client = any(${arrayOf(clients)}::text[]) and ${isOriginal}`);
  if (clock) parts.push(...atClock(clock, range));
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
}
