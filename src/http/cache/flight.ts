import { Ending } from '../../platform/ending.ts';
import { clientLeft } from '../client-left.ts';

/** Registers what is to happen when a client leaves before its answer; returns what takes that back. */
export type OnLeave = (leave: () => void) => () => void;

/** One computation for all who ask the same at the same time. It goes on until it ends, or until the last of them left. */
export class Flight<Outcome> {
  readonly #ending = new Ending();
  readonly #outcome: Promise<Outcome>;
  readonly #onEnd: () => void;
  #waiters = 0;

  constructor(compute: (ending: Ending) => Promise<Outcome>, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#outcome = compute(this.#ending).finally(onEnd);
    // When all have left nobody hears of it.
    this.#outcome.catch(() => {});
  }

  /** Waits with the others. What comes after the client has left is not for it. */
  async join(onLeave: OnLeave): Promise<Outcome> {
    this.#waiters += 1;
    let isWaiting = true;
    const leave = () => {
      if (!isWaiting) return;
      isWaiting = false;
      this.#waiters -= 1;
      if (this.#waiters > 0) return;
      // Whoever asks from now on needs a computation of its own.
      this.#onEnd();
      this.#ending.end(clientLeft());
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
