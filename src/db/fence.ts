import { type SQL, sql } from 'drizzle-orm';

/**
 * A volatile column, which keeps the planner from merging a subquery after LATERAL: each row before it is then a range
 * of an index. OFFSET 0 does so too, but a cluster rejects it there. It costs some 40 ns per row.
 */
export const fence: SQL = sql`clock_timestamp() as fence`;
