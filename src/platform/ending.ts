/**
 * Ends an operation, and tells whoever is to stop with it. As an AbortController, whose signal is made only when
 * something asks for it: that takes as long as much of a small query.
 */
export class Ending {
  #controller: AbortController | null = null;
  #ended: { readonly reason: Error } | null = null;
  #listeners: Set<(reason: Error) => void> | null = null;

  /** Null while the operation goes on. */
  get reason(): Error | null {
    return this.#ended?.reason ?? null;
  }

  /** The same for what knows AbortSignals only. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#ended !== null) this.#controller.abort(this.#ended.reason);
    }
    return this.#controller.signal;
  }

  /** Once: later reasons are not heard. */
  end(reason: Error): void {
    if (this.#ended !== null) return;
    this.#ended = { reason };
    this.#controller?.abort(reason);
    for (const listener of this.#listeners ?? []) listener(reason);
    this.#listeners = null;
  }

  /** Calls back when the operation ends early, at once when it has; returns what takes that back. */
  onEnd(listener: (reason: Error) => void): () => void {
    if (this.#ended !== null) listener(this.#ended.reason);
    else {
      this.#listeners ??= new Set();
      this.#listeners.add(listener);
    }
    return () => void this.#listeners?.delete(listener);
  }
}
