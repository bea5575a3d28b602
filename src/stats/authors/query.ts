import type { Database } from '../../db/client.ts';
import { daysAreComplete } from '../kernel/chatters.ts';
import type { StatsScope } from '../kernel/scope.ts';
import { listTop, type Tally } from '../kernel/tallies.ts';
import { listTopChatters } from '../kernel/top-chatters.ts';

/** The authors with the most posts, after the first `offset`; equal counts by id. Of a range of a chat from its days. */
export const listTopAuthors = async (
  db: Database,
  scope: StatsScope,
  first: number,
  offset: number,
): Promise<readonly Tally[]> =>
  !scope.complete && (await daysAreComplete(db, scope))
    ? listTopChatters(db, scope, first, offset)
    : listTop(db, scope, 'AUTHOR', first, offset);
