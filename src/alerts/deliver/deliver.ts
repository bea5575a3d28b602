import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import type { AlertObserver } from '../observer.ts';
import type { Courier } from './courier.ts';
import { dropDelivery, findParcel, recordAttempt, type Taken, takeDue } from './queue.ts';

/** Concurrent deliveries: each may take 15 seconds. */
const atOnce = 8;

export type DeliverOptions = {
  readonly sql: Sql;
  readonly couriers: readonly Courier[];
  /** The current time, in milliseconds. */
  readonly now: () => number;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
  readonly observer: AlertObserver;
  readonly log: Logger;
};

/** Makes the attempts that are due now; returns how many. After a crash, another process makes the rest. */
export async function deliverDue(options: DeliverOptions): Promise<number> {
  const taken = await takeDue(options.sql, options.now(), atOnce);
  await Promise.all(taken.map((one) => deliver(options, one)));
  return taken.length;
}

async function deliver(options: DeliverOptions, taken: Taken): Promise<void> {
  const { sql, couriers, now, random = Math.random, observer, log } = options;
  const courier = couriers.find(({ method }) => method === taken.method);
  const parcel = await findParcel(sql, taken);
  // Leaves deliveries by an unknown method to a newer release.
  if (courier === undefined) return;
  if (parcel === null) return dropDelivery(sql, taken);
  const begun = performance.now();
  const attempt = await courier.send(parcel.event, parcel.target);
  await recordAttempt(sql, taken, attempt, { now: now(), ms: performance.now() - begun, random: random() });
  const { deliveryId, alertId, attempts } = taken;
  observer.attempted({ method: courier.method, outcome: attempt.outcome });
  if (attempt.outcome !== 'delivered') {
    log.warn({ alertId, deliveryId, attempts, error: attempt.error }, 'an alert could not be delivered');
  }
}
