import type { Sql } from 'postgres';

/** With at least this many new posts the store is vacuumed immediately; autovacuum would come a minute late. */
const worthTidying = 10_000;

/**
 * Updates the planner's statistics after many new posts, and makes reading them cheap. Otherwise searches read the
 * index's list of pending entries, and the first reader of a row writes its page again to mark it as committed. In a
 * second import of a million posts, that alone wrote 15 % of the first import's WAL.
 */
export async function tidyAfter(sql: Sql, inserted: number): Promise<void> {
  if (inserted < worthTidying) return;
  await sql`
    vacuum (analyze, truncate off) posts, post_terms, raw_payloads, activity, activity_minutes, tally_months, tally_totals`;
}
