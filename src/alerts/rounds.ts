import type { Logger } from 'pino';
import { minuteMs } from '../shared/instant.ts';
import { alertsAtOnce, listDue, listVersions } from './due.ts';
import { evaluateAlert, type EvaluateOptions } from './evaluate/evaluate.ts';
import type { AlertObserver } from './observer.ts';

type RoundsOptions = Omit<EvaluateOptions, 'now'> & {
  readonly observer: AlertObserver;
  readonly log: Logger;
  /** The current time, in milliseconds. */
  readonly now: () => number;
};

/** How often the alerts of all streams are checked, whether a change was seen or not. */
const allEveryMs = minuteMs;

/** Evaluates due alerts, a bounded number at a time, and remembers which streams have changed since. */
export class Rounds {
  readonly #options: RoundsOptions;
  #versions: ReadonlyMap<number, number> = new Map();
  /** Streams that have changed since their alerts were last evaluated. */
  readonly #changed = new Set<number>();
  #allAt = Number.NEGATIVE_INFINITY;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Evaluates alerts until none is due or the signal fires. Returns the number of events. */
  async run(signal: AbortSignal): Promise<number> {
    const { db, now } = this.#options;
    await this.#findChanged();
    const isAll = now() - this.#allAt >= allEveryMs;
    let fired = 0;
    let isDone = false;
    while (!isDone && !signal.aborted) {
      const due = await listDue(db.sql, now(), isAll ? null : [...this.#changed]);
      const left: number[] = [];
      for (const alertId of due) {
        if (signal.aborted) return fired;
        const events = await this.#evaluate(alertId);
        if (events === null) left.push(alertId);
        else fired += events;
      }
      isDone = due.length < alertsAtOnce;
      // Another process is evaluating these; the next round shows whether it saw the change.
      if (isDone && left.length === 0) this.#changed.clear();
      else if (left.length > 0) isDone = true;
    }
    if (isAll && isDone) this.#allAt = now();
    return fired;
  }

  /** Finds the streams whose version has changed. Reads the store, so that a lost notification does no harm. */
  async #findChanged(): Promise<void> {
    const versions = await listVersions(this.#options.db.sql);
    for (const [streamId, version] of versions) {
      if (this.#versions.get(streamId) !== version) this.#changed.add(streamId);
    }
    this.#versions = versions;
  }

  /** Returns the number of events; null when another process has the alert. */
  async #evaluate(alertId: number): Promise<number | null> {
    const { observer, log, now, ...options } = this.#options;
    try {
      const evaluated = await evaluateAlert({ ...options, now: now() }, alertId);
      if (evaluated === 'busy') return null;
      if (evaluated === 'gone') return 0;
      const { fired, kind } = evaluated;
      for (let event = 0; event < fired; event++) observer.fired(kind);
      if (fired > 0) log.info({ alertId, kind, events: fired }, 'an alert fired');
      return fired;
    } catch (err) {
      log.warn({ err, alertId }, 'an alert could not be evaluated; it will be tried again in a minute');
      return 0;
    }
  }
}
