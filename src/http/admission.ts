import type { App } from '../app.ts';
import { HttpError } from './errors.ts';
import type { Limits } from './limits.ts';

type AdmissionLimits = Pick<Limits, 'operationsAtOnce' | 'operationsWaiting' | 'waitMs'>;

/** Runs a limited number of operations at once, lets a limited number wait, and refuses the rest. */
export type Admission = {
  /** Runs the work when its turn comes. Rejects with a 503 when `check` throws, or when it has waited too long. */
  run<T>(work: () => Promise<T> | T): Promise<T>;
  /** Throws a 503 when no more work is admitted: too many operations wait, or a new one would wait too long for its turn. */
  check(): void;
};

/** The weight of the newest time between two turns in their mean. */
const newest = 1 / 32;

type Waiting = {
  readonly begin: () => void;
  readonly refuse: (error: HttpError) => void;
  readonly late: NodeJS.Timeout;
};

/**
 * Limits the operations that run at once. Without a limit an overloaded server finishes nothing in time, because each
 * operation waits for all others. An operation over the limit waits in line. It is refused at once when the line is
 * full, or when it would wait too long at the pace of the last turns: waiting costs memory and a parsed document.
 */
export function createAdmission({ operationsAtOnce, operationsWaiting, waitMs }: AdmissionLimits): Admission {
  let underWay = 0;
  /** In order of arrival. */
  const waiting = new Set<Waiting>();

  /**
   * The mean time between two turns since operations wait, weighted exponentially, in milliseconds. It begins at 0: a few
   * slow turns refuse nobody.
   */
  let betweenMs = 0;
  let lastTurnAt = 0;

  const check = (): void => {
    if (underWay < operationsAtOnce) return;
    const { size } = waiting;
    if (size < operationsWaiting && size * betweenMs <= waitMs) return;
    throw tooBusy(`${underWay} operations run and ${size} wait already`);
  };

  const turn = (): Promise<void> =>
    new Promise((begin, refuse) => {
      check();
      if (waiting.size === 0) {
        lastTurnAt = performance.now();
        betweenMs = 0;
      }
      const late = setTimeout(() => {
        waiting.delete(one);
        refuse(tooBusy(`the operation waited ${waitMs / 1_000} s for its turn`));
      }, waitMs);
      const one: Waiting = { begin, refuse, late };
      waiting.add(one);
    });

  /** Passes the place to the operation that has waited longest. */
  const leave = () => {
    const [next] = waiting;
    if (next === undefined) {
      underWay--;
      return;
    }
    clearTimeout(next.late);
    waiting.delete(next);
    const now = performance.now();
    betweenMs += (now - lastTurnAt - betweenMs) * newest;
    lastTurnAt = now;
    next.begin();
  };

  return {
    check,
    async run(work) {
      if (underWay < operationsAtOnce) underWay++;
      else await turn();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

/** Wraps the API so that each call waits for its admission. */
export function admitting(app: App, admission: Admission): App {
  const ask = (target: (...asked: never[]) => unknown) =>
    new Proxy(target, { apply: (_, self, asked) => admission.run(() => Reflect.apply(target, self, asked)) });
  const fetch = ask(app.fetch);
  return new Proxy(ask(app) as App, {
    get: (_, name) => (name === 'fetch' ? fetch : Reflect.get(app, name)),
  });
}

function tooBusy(why: string): HttpError {
  return new HttpError(503, 'RATE_LIMITED', `The server is busy: ${why}`, { 'retry-after': '1' });
}
