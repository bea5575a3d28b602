import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql, TransactionSql } from 'postgres';
import { BadInputError } from '../shared/errors.ts';

/** How long a session that was closed may still be listed. */
const lingerMs = 2_000;

/**
 * BAD_INPUT when other processes use the store: they know it as it was before. A session that only sends news knows
 * nothing, and is never a process' only one.
 */
export async function refuseOtherProcesses(
  tx: Sql | TransactionSql,
  then: 'restore' | 'distribute',
): Promise<void> {
  for (const end = Date.now() + lingerMs; ; await sleep(50)) {
    const others = await tx<{ name: string }[]>`
      select distinct application_name as name from pg_stat_activity
      where datname = current_database() and application_name like 'larkstat%' and pid <> pg_backend_pid()
        and application_name <> 'larkstat news'
      order by 1`;
    if (others.length === 0) return;
    if (Date.now() > end) {
      throw new BadInputError(
        `Other processes use the store (${others.map(({ name }) => name).join(', ')}): stop them, then ${then}`,
      );
    }
  }
}
