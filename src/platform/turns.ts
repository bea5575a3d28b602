import { setImmediate as afterTurn } from 'node:timers';
import { setImmediate } from 'node:timers/promises';

/** A turn takes further work only while it has lasted less than this, in milliseconds. */
const fullMs = 5;

let last: Promise<unknown> = Promise.resolve();
/** How many callers wait for a turn. */
let waiting = 0;
/** Whether a caller was admitted whose work is not done yet. */
let isAdmitted = false;
/** When the current turn began; null before it. */
let beganAt: number | null = null;

/**
 * Resolves in a separate turn of the event loop, after all earlier callers. The work of one turn is never added to that
 * of another, so that other clients are answered in between.
 */
export function ownTurn(): Promise<unknown> {
  return wait(() => false);
}

/**
 * Resolves when the earlier callers have done their work: within the current turn while that is short, otherwise in a
 * separate turn. The work is what the caller does until it awaits an unresolved promise.
 */
export function shortTurn(): Promise<unknown> {
  if (isAdmitted || waiting > 0 || !isShort()) return wait(isShort);
  isAdmitted = true;
  process.nextTick(() => {
    isAdmitted = false;
  });
  return atOnce;
}

const atOnce = Promise.resolve();

function wait(canContinue: () => boolean): Promise<unknown> {
  waiting += 1;
  last = last
    .then(workDone)
    .then(() => (canContinue() ? undefined : setImmediate()))
    .then(() => {
      waiting -= 1;
      begin();
    });
  return last;
}

/** `nextTick` runs after all resolved promises have been processed. */
const workDone = () => new Promise<void>((resolve) => process.nextTick(resolve));

const isShort = (): boolean => performance.now() - begin() <= fullMs;

/** Returns when the current turn began. */
function begin(): number {
  if (beganAt === null) {
    beganAt = performance.now();
    afterTurn(() => {
      beganAt = null;
    });
  }
  return beganAt;
}
