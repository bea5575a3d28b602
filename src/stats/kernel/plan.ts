import { type SQL, sql } from 'drizzle-orm';
import { onePlan } from '../../db/prepared.ts';
import type { StatsScope } from './scope.ts';

/**
 * The mark of a statement that reads ranges of primary keys, when the scope has all posts of its stream. For a part of
 * them Postgres plans better when it knows the range: with one plan for all, the words of 400 days of 10,000 posts took
 * 3.4 times as long.
 */
export const planOf = ({ complete }: StatsScope): SQL => (complete ? onePlan : sql``);

/**
 * The mark of a statement that reads activity and readings of followers, by their primary keys: the range changes how
 * much is read, not how. Planning it for each range took two thirds of its time. Chats are left out: they have never
 * been measured.
 */
export const planOfActivity = ({ complete, keepsMinutes }: StatsScope): SQL =>
  complete || !keepsMinutes ? onePlan : sql``;
