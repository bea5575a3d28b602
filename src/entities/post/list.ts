import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { onePlan } from '../../db/prepared.ts';
import { runTogether } from '../../db/together.ts';
import type { PageRequest } from '../../shared/page.ts';
import type { PostConditions } from './conditions.ts';
import { firstOfStream, isFirstOfStream } from './first-by-relevance.ts';
import { type PostOrder, selectionsOf, unknown, usualLimits } from './order.ts';
import { addAuthors, type PostPage } from './post-page.ts';
import { type PostSelection, postsStatement, postsStatementOfAll, runPosts, toPosts } from './query.ts';
import { findRankedFrom, type RankBounds, rankBounds, type RankedFrom, withRankedFrom } from './relevance.ts';
import type { PostRow } from './row.ts';
import { hasSeveralWords, pageOfSeveralWords } from './several-words.ts';

/**
 * Returns one page of posts, with one row more when there are more. The order ends in (created_at, post_id,
 * stream_id), which is unique. A page goes on from values, not from a row number, so it is stable while posts are
 * added.
 */
export async function listPosts(
  db: Database,
  conditions: PostConditions,
  order: PostOrder,
  page: PostPage,
  bounds: RankBounds = rankBounds,
): Promise<readonly PostRow[]> {
  if (findsNothing(conditions)) return [];
  let rankedFrom: RankedFrom = null;
  if (order === 'RELEVANCE' && isFirstOfStream(conditions, page)) {
    const found = await firstOfStream(db, conditions, page, bounds);
    if (found.rows !== null) return found.rows;
    rankedFrom = found.rankedFrom;
  } else [rankedFrom = null] = await rankedFromOf(db, [conditions], order, page, bounds);
  const { parts, tail } = selectionsOf(conditions, order, page, rankedFrom);
  const known = parts.filter(({ isUnknown }) => !isUnknown);
  const run = async (statement: SQL) =>
    withRankedFrom(await runPosts(db, addAuthors(statement, tail, conditions, page)), rankedFrom);
  const plan = hasOnePlan(conditions, order, page) ? onePlan : sql``;
  const all = () => run(sql`${plan} ${statementOf(parts, tail, page)}`);
  if (page.backwards) return all();
  if (order === 'NEWEST' && hasSeveralWords(conditions)) {
    return (await pageOfSeveralWords(db, conditions, page)) ?? all();
  }
  if (known.length === parts.length) return all();
  const rows = await run(sql`${plan} ${statementOf(known, tail, page)}`);
  if (order === 'RELEVANCE' && rows.length <= page.limit) {
    const others = await run(
      statementOf(
        parts.filter(({ isUnknown }) => isUnknown),
        tail,
        page,
      ),
    );
    return [...rows, ...others].slice(0, page.limit + 1);
  }
  // Most pages are full of known figures, which come first: half of the work is enough for them.
  return rows.length > page.limit && Number(rows.at(-1)?.rank) > unknown ? rows : all();
}

/** Returns the pages of several selections in one statement, each as `listPosts` does. */
export async function listPostsOfEach(
  db: Database,
  asked: readonly PostConditions[],
  order: PostOrder,
  page: PostPage,
  bounds: RankBounds = rankBounds,
): Promise<readonly (readonly PostRow[])[]> {
  const [only] = asked;
  if (only !== undefined && asked.length === 1) return [await listPosts(db, only, order, page, bounds)];
  const rankedFrom = await rankedFromOf(db, asked, order, page, bounds);
  const statements = asked.map((conditions, at) => {
    if (findsNothing(conditions)) return null;
    const { parts, tail } = selectionsOf(conditions, order, page, rankedFrom[at] ?? null);
    return addAuthors(statementOf(parts, tail, page), tail, conditions, page);
  });
  const found = await runTogether<Record<string, unknown>>(db, statements);
  return found.map((rows, at) => withRankedFrom(toPosts(rows), rankedFrom[at] ?? null));
}

async function rankedFromOf(
  db: Database,
  asked: readonly PostConditions[],
  order: PostOrder,
  page: PageRequest,
  bounds: RankBounds,
): Promise<readonly RankedFrom[]> {
  return order === 'RELEVANCE' ? findRankedFrom(db, asked, page, bounds) : [];
}

/** Whether a search has no word. A Citus cluster refuses a condition that is plainly false. */
const findsNothing = ({ search }: PostConditions): boolean => search === '';

/**
 * Whether a page is of all posts of a stream, by an index that has their order: its best plan is always the same. A plan
 * takes a millisecond, and such a page a third of that.
 */
const hasOnePlan = (
  // `own` is no parameter.
  { streams, terms, range, days, own: _, ...others }: PostConditions,
  order: PostOrder,
  { limit }: PageRequest,
): boolean =>
  streams?.length === 1 &&
  order !== 'RELEVANCE' &&
  usualLimits.has(limit) &&
  [range.from, range.to, days.from, days.to, ...Object.values(terms), ...Object.values(others)].every(
    (condition) => condition === null,
  );

function statementOf(parts: readonly PostSelection[], tail: SQL, { columns }: PostPage): SQL {
  const [only, ...others] = parts;
  if (only === undefined || others.length > 0) return postsStatementOfAll(parts, tail, columns);
  return postsStatement(only, columns);
}
