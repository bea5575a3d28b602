import { sql } from 'drizzle-orm';
import { arrayOf } from '../db/array.ts';
import type { Database } from '../db/client.ts';
import { withDates } from '../db/with-dates.ts';
import type { DeliveryMethod, DeliveryState } from '../shared/alert.ts';

/** A delivery as the API reads it. */
export type DeliveryRow = {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly alertId: number;
  readonly method: DeliveryMethod;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAt: Date | null;
  readonly attemptedAt: Date | null;
  readonly status: number | null;
  readonly error: string | null;
  /** The last 20 attempts, oldest first; `at` as ISO 8601. */
  readonly log: readonly {
    readonly at: string;
    readonly ms: number;
    readonly status: number | null;
    readonly error: string | null;
  }[];
};

const columns = sql`d.delivery_id as "deliveryId", d.event_id as "eventId", d.alert_id as "alertId", d.method, d.state,
  d.attempts, d.next_at as "nextAt", d.attempted_at as "attemptedAt", d.status, d.error, d.log`;

async function selectDeliveries(
  db: Database,
  column: 'delivery_id' | 'event_id',
  ids: readonly string[],
): Promise<readonly DeliveryRow[]> {
  const rows = await db.rows<Record<string, unknown>>(sql`
    select ${columns} from alert_deliveries d
    where d.${sql.identifier(column)} = any(${arrayOf(ids)}::uuid[])
    order by d.created_at, d.delivery_id`);
  return withDates(rows, ['nextAt', 'attemptedAt']);
}

/** Finds deliveries by id; missing ones are left out. */
export const findDeliveries = (db: Database, ids: readonly string[]): Promise<readonly DeliveryRow[]> =>
  selectDeliveries(db, 'delivery_id', ids);

/** Lists the deliveries of events. */
export const listDeliveriesOfEvents = (
  db: Database,
  eventIds: readonly string[],
): Promise<readonly DeliveryRow[]> => selectDeliveries(db, 'event_id', eventIds);
