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
  /** Told what fires and what is sent; by default nobody is. */
  readonly observer?: AlertObserver;
  /** The present, in milliseconds; by default the clock's. */
  readonly now?: () => number;
  /** How often it looks what is due; by default each second. A change that this process makes is looked at sooner. */
  readonly everyMs?: number;
};

/**
 * Evaluates alerts and delivers their events until it is closed. Any number of processes may: an alert is evaluated by
 * one at a time, a delivery is attempted by one at a time, and what one leaves undone another does.
 */
export function startAlerts(options: WatchingOptions): { close(): Promise<void> } {
  const { db, log, couriers, now = Date.now, observer = noAlertObserver, everyMs = 1_000 } = options;
  const closing = new AbortController();
  const [looks, sendings] = [createPace(everyMs, closing.signal), createPace(everyMs, closing.signal)];
  const rounds = new Rounds({ db, measureBurst: options.measureBurst, observer, log, now });
  const stopListening = db.news.listen({
    onChange: (change) => {
      if ('stream' in change) looks.wake();
      else if ('alert' in change) sendings.wake();
    },
  });

  const evaluating = repeat(looks, 'alerts could not be evaluated', async () => {
    if ((await rounds.run(closing.signal)) > 0) sendings.wake();
  });
  const delivering = repeat(sendings, 'the events of alerts could not be delivered', async () => {
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
