import type { Sql, TransactionSql } from 'postgres';
import type { ProviderName } from '../shared/post.ts';
import { messageText } from '../shared/text.ts';

/** What happens to a job beside its progress, for people: another provider takes over, a wait, a restart. */
export type JobEvent = {
  readonly message: string;
  /** The provider that goes on; left out where it is about none. */
  readonly provider?: ProviderName;
  /** Whether the event is left out when the one before it says the same: a wait that goes on is told once. */
  readonly once?: boolean;
};

/** So many are kept of a job: the newest. */
const keptEvents = 100;

/** SQL for `set events = …`: the job's events with this one at their end; as they are where it is null. */
export function withEvent(sql: Sql | TransactionSql, event: JobEvent | null) {
  if (event === null) return sql`events`;
  const message = messageText(event.message);
  const oldest = sql.unsafe(`'$[last - ${keptEvents - 1} to last]'`);
  // The clock, not now(): a page's transaction begins before other things happen.
  const added = sql`jsonb_path_query_array(events || jsonb_build_object('at', clock_timestamp(),
    'message', ${message}::text, 'provider', ${event.provider ?? null}::text), ${oldest})`;
  if (event.once !== true) return added;
  return sql`case when events #>> '{-1,message}' = ${message} then events else ${added} end`;
}
