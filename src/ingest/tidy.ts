import type { Sql } from 'postgres';

/** From this many new posts on the store is tidied at once: autovacuum would, but a minute late. */
const worthTidying = 10_000;

/**
 * Tells the planner of many new posts, and makes reading them cheap. Until it has run, searches read a list of what the
 * index has yet to take in, and whoever reads a row first writes its page again to mark it as committed: importing a
 * million posts a second time wrote 15 % of the first time's WAL by that alone.
 */
export async function tidyAfter(sql: Sql, inserted: number): Promise<void> {
  if (inserted < worthTidying) return;
  await sql`
    vacuum (analyze, truncate off) posts, post_terms, raw_payloads, activity, activity_minutes, tally_months, tally_totals`;
}
