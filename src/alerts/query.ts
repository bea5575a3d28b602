import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../db/array.ts';
import type { Database } from '../db/client.ts';
import { withDates } from '../db/with-dates.ts';
import type { AlertKind, AlertState } from '../shared/alert.ts';
import { decodeCursor, encodeCursor } from '../shared/cursor.ts';
import type { PageRequest } from '../shared/page.ts';
import type { Condition } from './condition.ts';

/** An alert as the API reads it. */
export type AlertRow = {
  readonly alertId: number;
  readonly name: string;
  readonly kind: AlertKind;
  readonly condition: Condition;
  /** Null: all streams. */
  readonly streams: readonly number[] | null;
  readonly state: AlertState;
  readonly note: string | null;
  readonly cooldownMs: number;
  readonly createdAt: Date;
  readonly evaluatedAt: Date | null;
  readonly firedAt: Date | null;
  /** How many events it has fired. */
  readonly fired: number;
  readonly error: string | null;
  readonly errorAt: Date | null;
  readonly webhook: {
    readonly url: string;
    readonly failingSince: string | null;
    readonly disabledAt: string | null;
    readonly note: string | null;
  } | null;
};

const columns = sql`a.alert_id as "alertId", a.name, a.kind, a.condition, a.streams, a.state, a.note,
  a.cooldown_ms::float8 as "cooldownMs", a.created_at as "createdAt", a.evaluated_at as "evaluatedAt",
  a.fired_at as "firedAt", a.fired::float8 as fired, a.error, a.error_at as "errorAt",
  (select json_build_object('url', t.target, 'failingSince', t.failing_since, 'disabledAt', t.disabled_at, 'note', t.note)
    from alert_targets t where t.alert_id = a.alert_id and t.method = 'WEBHOOK') as webhook`;

async function selectAlerts(db: Database, where: SQL, tail: SQL = sql``): Promise<readonly AlertRow[]> {
  const rows = await db.rows<Record<string, unknown>>(
    sql`select ${columns} from alerts a where ${where} ${tail}`,
  );
  return withDates(rows, ['createdAt', 'evaluatedAt', 'firedAt', 'errorAt']);
}

/** Finds alerts by id; missing ones are left out. */
export const findAlerts = (db: Database, alertIds: readonly number[]): Promise<readonly AlertRow[]> =>
  selectAlerts(db, sql`a.alert_id = any(${arrayOf(alertIds)}::int[])`);

/** Lists a page of alerts, newest first, with one extra row when there are more. Uses the primary key. */
export function listAlerts(db: Database, page: PageRequest): Promise<readonly AlertRow[]> {
  const { after, before, backwards, limit } = page;
  const parts = [
    ...(after === null ? [] : [sql`a.alert_id < ${placeOf(after)}`]),
    ...(before === null ? [] : [sql`a.alert_id > ${placeOf(before)}`]),
  ];
  const where = parts.length === 0 ? sql`true` : sql.join(parts, sql` and `);
  return selectAlerts(
    db,
    where,
    sql`order by a.alert_id ${backwards ? sql`asc` : sql`desc`} limit ${limit + 1}`,
  );
}

/** Counts the alerts. */
export async function countAlerts(db: Database): Promise<number> {
  const [row] = await db.rows<{ readonly count: number }>(sql`select count(*)::int as count from alerts`);
  return row?.count ?? 0;
}

/** Returns the number of events each alert has fired, by its id: a changed number marks a changed alert. */
export async function alertMarks(db: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await db.rows<{ readonly id: string; readonly mark: string }>(
    sql`select alert_id::text as id, fired::text as mark from alerts`,
  );
  return new Map(rows.map(({ id, mark }) => [id, mark]));
}

const order = 'ALERTS';

/** Returns the cursor of an alert. */
export const alertCursor = ({ alertId }: AlertRow): string => encodeCursor([order, alertId]);

const placeOf = (cursor: string): SQL => sql`${decodeCursor(cursor, order, ['int'])[0]}::int`;
