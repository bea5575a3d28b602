import type DataLoader from 'dataloader';
import { type Context, loaderOf } from '../../graphql/context.ts';
import { createLoader } from '../../graphql/loader.ts';
import { rowIdOf } from '../../shared/global-id.ts';
import type { PageRequest } from '../../shared/page.ts';
import { type DeliveryRow, findDeliveries, listDeliveriesOfEvents } from '../deliveries.ts';
import {
  countEventsOfAlerts,
  type EventPost,
  type EventRow,
  findEvents,
  listEventsOfAlerts,
  listPostsOfEvents,
} from '../events.ts';
import { type AlertRow, findAlerts } from '../query.ts';

/** Loads alerts by id; null when there is none. */
export const alertLoader = ({ db, reads }: Context): DataLoader<number, AlertRow | null> =>
  createLoader(async (ids) => {
    reads.never();
    const found = new Map((await findAlerts(db, ids)).map((row) => [row.alertId, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

/** Finds an alert by its raw id (without its type); null when there is none. */
export async function findAlert(context: Context, id: string): Promise<AlertRow | null> {
  const alertId = rowIdOf(id);
  return alertId === null ? null : loaderOf(context, alertLoader).load(alertId);
}

/** Loads events by id; null when there is none. */
export const eventLoader = ({ db, reads }: Context): DataLoader<string, EventRow | null> =>
  createLoader(async (ids) => {
    reads.never();
    const found = new Map((await findEvents(db, ids)).map((row) => [row.eventId, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

/** Loads deliveries by id; null when there is none. */
export const deliveryLoader = ({ db, reads }: Context): DataLoader<string, DeliveryRow | null> =>
  createLoader(async (ids) => {
    reads.never();
    const found = new Map((await findDeliveries(db, ids)).map((row) => [row.deliveryId, row]));
    return ids.map((id) => found.get(id) ?? null);
  });

/** Loads the deliveries of each event. */
export const eventDeliveriesLoader = ({ db }: Context): DataLoader<string, readonly DeliveryRow[]> =>
  createLoader(async (ids) => {
    const found = grouped(await listDeliveriesOfEvents(db, ids), ({ eventId }) => eventId);
    return ids.map((id) => found.get(id) ?? []);
  });

type EventsLoader = DataLoader<number, readonly EventRow[]>;

const eventLoaders = (): Map<string, EventsLoader> => new Map();

/** Loads a page of each alert's events, with one extra row when there are more: one statement for all alerts. */
export function alertEventsLoader(context: Context, page: PageRequest): EventsLoader {
  const loaders = loaderOf(context, eventLoaders);
  const key = JSON.stringify(page);
  const loader =
    loaders.get(key) ??
    createLoader(async (ids: readonly number[]) => {
      const found = grouped(await listEventsOfAlerts(context.db, ids, page), ({ alertId }) => alertId);
      return ids.map((id) => found.get(id) ?? []);
    });
  loaders.set(key, loader);
  return loader;
}

/** Loads the number of events of each alert. */
export const eventCountLoader = ({ db }: Context): DataLoader<number, number> =>
  createLoader(async (ids) => {
    const counts = await countEventsOfAlerts(db, ids);
    return ids.map((id) => counts.get(id) ?? 0);
  });

const postLoaders = (): Map<number, DataLoader<string, readonly EventPost[]>> => new Map();

/** Loads the first posts of each event. */
export function eventPostsLoader(context: Context, first: number): DataLoader<string, readonly EventPost[]> {
  const loaders = loaderOf(context, postLoaders);
  const loader =
    loaders.get(first) ??
    createLoader(async (ids: readonly string[]) => {
      const found = grouped(await listPostsOfEvents(context.db, ids, first), ({ eventId }) => eventId);
      return ids.map((id) => found.get(id) ?? []);
    });
  loaders.set(first, loader);
  return loader;
}

function grouped<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): ReadonlyMap<Key, readonly Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
