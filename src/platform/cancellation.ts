/**
 * Cancels an operation and notifies listeners. Like an AbortController, but the signal is created only on demand, because
 * it takes as long as a large part of a small query.
 */
export class Cancellation {
  #controller: AbortController | null = null;
  #cancelled: { readonly reason: Error } | null = null;
  #listeners: Set<(reason: Error) => void> | null = null;

  /** Null until it is cancelled. */
  get reason(): Error | null {
    return this.#cancelled?.reason ?? null;
  }

  /** The same as an AbortSignal. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#cancelled !== null) this.#controller.abort(this.#cancelled.reason);
    }
    return this.#controller.signal;
  }

  /** Cancels the operation; later calls are ignored. */
  cancel(reason: Error): void {
    if (this.#cancelled !== null) return;
    this.#cancelled = { reason };
    this.#controller?.abort(reason);
    for (const listener of this.#listeners ?? []) listener(reason);
    this.#listeners = null;
  }

  /**
   * Calls back when the operation is cancelled, at once if it already is; returns a function that removes the listener.
   */
  onCancel(listener: (reason: Error) => void): () => void {
    if (this.#cancelled !== null) listener(this.#cancelled.reason);
    else {
      this.#listeners ??= new Set();
      this.#listeners.add(listener);
    }
    return () => void this.#listeners?.delete(listener);
  }
}
