import { setImmediate as afterTurn } from 'node:timers';
import { setImmediate } from 'node:timers/promises';

/** How long the work of a turn may have taken when one more piece is added to it, in milliseconds. */
const fullMs = 5;

let last: Promise<unknown> = Promise.resolve();
/** How many wait for their turn. */
let waiting = 0;
/** Whether somebody was let in whose work is still to be done. */
let isLetIn = false;
/** When the first piece of the present turn began; null before it. */
let beganAt: number | null = null;

/**
 * Resolves in a turn of the event loop of its own, after all who asked before: what one turn does is never added to
 * what another one does, so other clients are answered in between.
 */
export function ownTurn(): Promise<unknown> {
  return wait(() => false);
}

/**
 * Resolves when those who asked before have done their work: in the present turn while that is a short one, in a turn
 * of its own otherwise. The work is what follows without waiting for anything but promises that are resolved.
 */
export function shortTurn(): Promise<unknown> {
  if (isLetIn || waiting > 0 || !isShort()) return wait(isShort);
  isLetIn = true;
  process.nextTick(() => {
    isLetIn = false;
  });
  return atOnce;
}

const atOnce = Promise.resolve();

function wait(mayStay: () => boolean): Promise<unknown> {
  waiting += 1;
  last = last
    .then(workDone)
    .then(() => (mayStay() ? undefined : setImmediate()))
    .then(() => {
      waiting -= 1;
      begin();
    });
  return last;
}

/** What is ticked runs when all promises that can go on have gone on. */
const workDone = () => new Promise<void>((resolve) => process.nextTick(resolve));

const isShort = (): boolean => performance.now() - begin() <= fullMs;

/** When the present turn began. */
function begin(): number {
  if (beganAt === null) {
    beganAt = performance.now();
    afterTurn(() => {
      beganAt = null;
    });
  }
  return beganAt;
}
