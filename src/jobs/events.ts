import type { Sql, TransactionSql } from 'postgres';
import type { ProviderName } from '../shared/post.ts';
import { messageText } from '../shared/text.ts';

/** An event of a job, for people: a change of provider, a wait, a restart. */
export type JobEvent = {
  readonly message: string;
  /** The provider that continues; absent when the event is not about one. */
  readonly provider?: ProviderName;
  /** Whether to skip the event when its message equals the last one's, such as of a wait that continues. */
  readonly once?: boolean;
};

/** The newest events of a job that are stored. */
const keptEvents = 100;

/** SQL for `set events = …`: the job's events, then this one; with null the events unchanged. */
export function withEvent(sql: Sql | TransactionSql, event: JobEvent | null) {
  if (event === null) return sql`events`;
  const message = messageText(event.message);
  const oldest = sql.unsafe(`'$[last - ${keptEvents - 1} to last]'`);
  // Not now(), which is the time when the page's transaction began.
  const added = sql`jsonb_path_query_array(events || jsonb_build_object('at', clock_timestamp(),
    'message', ${message}::text, 'provider', ${event.provider ?? null}::text), ${oldest})`;
  if (event.once !== true) return added;
  return sql`case when events #>> '{-1,message}' = ${message} then events else ${added} end`;
}
