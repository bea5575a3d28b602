/**
 * Ends an operation and notifies listeners. Like an AbortController, but the signal is created only on demand, because
 * it takes as long as a large part of a small query.
 */
export class Ending {
  #controller: AbortController | null = null;
  #ended: { readonly reason: Error } | null = null;
  #listeners: Set<(reason: Error) => void> | null = null;

  /** Null while the operation runs. */
  get reason(): Error | null {
    return this.#ended?.reason ?? null;
  }

  /** The same as an AbortSignal. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#ended !== null) this.#controller.abort(this.#ended.reason);
    }
    return this.#controller.signal;
  }

  /** Ends the operation; later calls are ignored. */
  end(reason: Error): void {
    if (this.#ended !== null) return;
    this.#ended = { reason };
    this.#controller?.abort(reason);
    for (const listener of this.#listeners ?? []) listener(reason);
    this.#listeners = null;
  }

  /**
   * Calls back when the operation ends early, at once if it has ended; returns a function that removes the listener.
   */
  onEnd(listener: (reason: Error) => void): () => void {
    if (this.#ended !== null) listener(this.#ended.reason);
    else {
      this.#listeners ??= new Set();
      this.#listeners.add(listener);
    }
    return () => void this.#listeners?.delete(listener);
  }
}
