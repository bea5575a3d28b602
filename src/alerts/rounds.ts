import type { Logger } from 'pino';
import { minuteMs } from '../shared/instant.ts';
import { alertsAtOnce, listDue, listVersions } from './due.ts';
import { evaluateAlert, type EvaluateOptions } from './evaluate/evaluate.ts';
import type { AlertObserver } from './observer.ts';

type RoundsOptions = Omit<EvaluateOptions, 'now'> & {
  readonly observer: AlertObserver;
  readonly log: Logger;
  /** The present, in milliseconds. */
  readonly now: () => number;
};

/** How often the alerts of all streams are looked at, whether a change of these was seen or not. */
const allEveryMs = minuteMs;

/** Evaluates what is due, a bounded number of alerts at a time, and remembers which streams changed in between. */
export class Rounds {
  readonly #options: RoundsOptions;
  #versions: ReadonlyMap<number, number> = new Map();
  /** Streams that changed since the alerts that watch them were evaluated. */
  readonly #changed = new Set<number>();
  #allAt = Number.NEGATIVE_INFINITY;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Evaluates what is due now, until nothing is or the signal fires. Returns how many events there were. */
  async run(signal: AbortSignal): Promise<number> {
    const { db, now } = this.#options;
    await this.#look();
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
      // Another process has these: whether that one saw the change is seen in the next round.
      if (isDone && left.length === 0) this.#changed.clear();
      else if (left.length > 0) isDone = true;
    }
    if (isAll && isDone) this.#allAt = now();
    return fired;
  }

  /** Which streams have another version than before. Asked of the store, so that no news can be missed. */
  async #look(): Promise<void> {
    const versions = await listVersions(this.#options.db.sql);
    for (const [streamId, version] of versions) {
      if (this.#versions.get(streamId) !== version) this.#changed.add(streamId);
    }
    this.#versions = versions;
  }

  /** How many events there were; null: another process has the alert. */
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
      log.warn({ err, alertId }, 'an alert could not be evaluated; it is tried again in a minute');
      return 0;
    }
  }
}
