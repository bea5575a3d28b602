import { sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { dayMs, toIso } from '../../shared/instant.ts';
import type { MeasureBurst } from './burst.ts';

/** How long the past is that a window is compared with. */
const pastMs = 28 * dayMs;

/**
 * Compares the authors of a window with the mean of the 28 days before, on a scale on which counts vary alike however
 * large they are (Anscombe's for Poisson counts). Knows no rhythm of the day: for while `trends/` has none to give.
 */
export const measurePlainBurst: MeasureBurst = async (db, { tag, from, to, streams }) => {
  const among = streams === null ? sql`` : sql`and t.stream_id = any(${arrayOf(streams)}::int[])`;
  const [row] = (await db.orm.execute(sql`
    select count(distinct p.post_id) filter (where t.created_at >= ${toIso(from)})::float8 as posts,
      count(distinct p.author_id) filter (where t.created_at >= ${toIso(from)})::float8 as authors,
      count(distinct (p.author_id, date_trunc('hour', t.created_at))) filter (where t.created_at < ${toIso(from)})::float8 as past
    from post_terms t join posts p on p.stream_id = t.stream_id and p.post_id = t.post_id
    where t.term = ${tag} and p.own and t.created_at >= ${toIso(from - pastMs)} and t.created_at < ${toIso(to)} ${among}`)) as unknown as readonly {
    readonly posts: number;
    readonly authors: number;
    readonly past: number;
  }[];
  const { posts, authors, past } = row ?? { posts: 0, authors: 0, past: 0 };
  const expected = (past * (to - from)) / pastMs;
  return { posts, authors, score: 2 * (Math.sqrt(authors + 3 / 8) - Math.sqrt(expected + 3 / 8)) };
};
