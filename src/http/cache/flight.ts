import { Cancellation } from '../../platform/cancellation.ts';
import { clientLeft } from '../client-left.ts';

/** Registers what to do when a client leaves before its answer; returns a function that cancels that. */
export type OnLeave = (leave: () => void) => () => void;

/** One computation that concurrent equal requests share. It runs until it ends, or until the last of them has left. */
export class Flight<Outcome> {
  readonly #cancellation = new Cancellation();
  readonly #outcome: Promise<Outcome>;
  readonly #onEnd: () => void;
  #waiters = 0;

  constructor(compute: (cancellation: Cancellation) => Promise<Outcome>, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#outcome = compute(this.#cancellation).finally(onEnd);
    // When all clients have left, nobody handles the rejection.
    this.#outcome.catch(() => {});
  }

  /** Waits for the outcome with the others. A client that has left gets nothing. */
  async join(onLeave: OnLeave): Promise<Outcome> {
    this.#waiters += 1;
    let isWaiting = true;
    const leave = () => {
      if (!isWaiting) return;
      isWaiting = false;
      this.#waiters -= 1;
      if (this.#waiters > 0) return;
      // A later request needs a computation of its own.
      this.#onEnd();
      this.#cancellation.cancel(clientLeft());
    };
    const stay = onLeave(leave);
    try {
      return await this.#outcome;
    } finally {
      isWaiting = false;
      stay();
    }
  }
}
