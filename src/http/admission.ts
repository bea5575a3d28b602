import type { App } from '../app.ts';
import { HttpError } from './errors.ts';
import type { Limits } from './limits.ts';

type AdmissionLimits = Pick<Limits, 'operationsAtOnce' | 'operationsWaiting' | 'waitMs'>;

/** Runs so many operations at once, has so many more wait their turn, and refuses the rest. */
export type Admission = {
  /** Runs the work when its turn comes. Rejects with a 503 when too many wait, or when it has waited too long. */
  run<T>(work: () => Promise<T> | T): Promise<T>;
};

type Waiting = {
  readonly begin: () => void;
  readonly refuse: (error: HttpError) => void;
  readonly late: NodeJS.Timeout;
};

/**
 * A server that takes on more than it can do finishes nothing in time: each operation waits for all others. So those
 * over the limit are told at once to come later, at little cost, and those that are let in are as fast as ever.
 */
export function createAdmission({ operationsAtOnce, operationsWaiting, waitMs }: AdmissionLimits): Admission {
  let underWay = 0;
  /** In the order in which they came. */
  const waiting = new Set<Waiting>();

  const turn = (): Promise<void> =>
    new Promise((begin, refuse) => {
      if (waiting.size >= operationsWaiting) {
        return refuse(tooBusy(`${underWay} operations run and ${waiting.size} wait already`));
      }
      const late = setTimeout(() => {
        waiting.delete(one);
        refuse(tooBusy(`the operation waited ${waitMs / 1_000} s for its turn`));
      }, waitMs);
      const one: Waiting = { begin, refuse, late };
      waiting.add(one);
    });

  /** Gives the place to the one that has waited longest. */
  const leave = () => {
    const [next] = waiting;
    if (next === undefined) {
      underWay--;
      return;
    }
    clearTimeout(next.late);
    waiting.delete(next);
    next.begin();
  };

  return {
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

/** The API, which runs only what is let in. */
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
