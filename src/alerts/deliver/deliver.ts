import type { Logger } from 'pino';
import type { Sql } from 'postgres';
import type { AlertObserver } from '../observer.ts';
import type { Courier } from './courier.ts';
import { dropDelivery, findErrand, noteAttempt, type Taken, takeDue } from './queue.ts';

/** Messages that are on their way at once: each may take a quarter of a minute. */
const atOnce = 8;

export type DeliverOptions = {
  readonly sql: Sql;
  readonly couriers: readonly Courier[];
  /** The present, in milliseconds. */
  readonly now: () => number;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
  readonly observer: AlertObserver;
  readonly log: Logger;
};

/** Makes the attempts that are due now; returns how many. A crash in between leaves them to whoever comes next. */
export async function deliverDue(options: DeliverOptions): Promise<number> {
  const taken = await takeDue(options.sql, options.now(), atOnce);
  await Promise.all(taken.map((one) => deliver(options, one)));
  return taken.length;
}

async function deliver(options: DeliverOptions, taken: Taken): Promise<void> {
  const { sql, couriers, now, random = Math.random, observer, log } = options;
  const courier = couriers.find(({ method }) => method === taken.method);
  const errand = await findErrand(sql, taken);
  // What only a newer release can send is left to that one.
  if (courier === undefined) return;
  if (errand === null) return dropDelivery(sql, taken);
  const begun = performance.now();
  const attempt = await courier.send(errand.event, errand.target);
  await noteAttempt(sql, taken, attempt, { now: now(), ms: performance.now() - begun, random: random() });
  const { deliveryId, alertId, attempts } = taken;
  observer.attempted({ method: courier.method, outcome: attempt.outcome });
  if (attempt.outcome !== 'delivered') {
    log.warn({ alertId, deliveryId, attempts, error: attempt.error }, 'an alert could not be delivered');
  }
}
