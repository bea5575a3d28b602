import type { Sql, TransactionSql } from 'postgres';
import { announce } from '../db/change-feed.ts';
import { NotFoundError } from '../shared/errors.ts';
import { lockAlert } from './lock.ts';

/** All tables with rows of an alert, in the order in which rows are locked; the alert's own row last. */
const tables = [
  'alert_targets',
  'alert_deliveries',
  'alert_events',
  'alert_posts',
  'alert_streams',
  'alerts',
];

/** Deletes an alert with its events and pending deliveries. Throws NOT_FOUND when there is none. */
export async function deleteAlert(sql: Sql, alertId: number): Promise<void> {
  await sql.begin(async (tx: TransactionSql) => {
    if ((await lockAlert(tx, alertId)) === null) throw new NotFoundError('No such alert');
    for (const table of tables) await tx`delete from ${tx(table)} where alert_id = ${alertId}`;
    announce(tx, { alert: alertId });
  });
}
