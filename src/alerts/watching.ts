import type { Logger } from 'pino';
import type { Database } from '../db/client.ts';
import { createPace, type Pace } from '../platform/pace.ts';
import { warnRarely } from '../platform/warn-rarely.ts';
import { hourMs } from '../shared/instant.ts';
import type { Courier } from './deliver/courier.ts';
import { deliverDue } from './deliver/deliver.ts';
import type { MeasureBurst } from './burst.ts';
import { type AlertObserver, noAlertObserver } from './observer.ts';
import { pruneEvents } from './prune.ts';
import { Rounds } from './rounds.ts';

export type WatchingOptions = {
  readonly db: Database;
  readonly couriers: readonly Courier[];
  readonly measureBurst: MeasureBurst;
  readonly log: Logger;
  /** Called when alerts fire and deliveries are attempted; optional. */
  readonly observer?: AlertObserver;
  /** The current time, in milliseconds; by default the clock's. */
  readonly now?: () => number;
  /** How often to check what is due; by default each second. Changes made by this process are checked sooner. */
  readonly everyMs?: number;
};

/**
 * Evaluates alerts and delivers their events until it is closed. Any number of processes may run it: each alert is
 * evaluated, and each delivery attempted, by one process at a time, and another takes over what one leaves undone.
 */
export function startAlerts(options: WatchingOptions): { close(): Promise<void> } {
  const { db, log, couriers, now = Date.now, observer = noAlertObserver, everyMs = 1_000 } = options;
  const closing = new AbortController();
  const [evaluations, deliveries] = [
    createPace(everyMs, closing.signal),
    createPace(everyMs, closing.signal),
  ];
  const rounds = new Rounds({ db, measureBurst: options.measureBurst, observer, log, now });
  const stopListening = db.changeFeed.listen({
    onChange: (change) => {
      if ('stream' in change) evaluations.wake();
      else if ('alert' in change) deliveries.wake();
    },
  });

  const evaluating = repeat(evaluations, 'alerts could not be evaluated', async () => {
    if ((await rounds.run(closing.signal)) > 0) deliveries.wake();
  });
  const delivering = repeat(deliveries, 'the events of alerts could not be delivered', async () => {
    while (!closing.signal.aborted) {
      if ((await deliverDue({ sql: db.sql, couriers, now, observer, log })) === 0) return;
    }
  });
  const pruning = repeat(
    createPace(hourMs, closing.signal),
    'old events of alerts could not be removed',
    () => pruneEvents(db.sql, now()),
  );

  async function repeat(pace: Pace, failure: string, work: () => Promise<void>): Promise<void> {
    while (!closing.signal.aborted) {
      await work().catch((err: unknown) => warnRarely(log, { err }, failure));
      await pace.rest();
    }
  }

  return {
    async close() {
      stopListening();
      closing.abort();
      await Promise.all([evaluating, delivering, pruning]);
    },
  };
}
