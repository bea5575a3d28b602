import type { Sql } from 'postgres';

/** What postgres.js makes of a statement, as far as its types leave out. */
type Statement = {
  readonly strings: readonly string[];
  handle(): Promise<void>;
  resolve(rows: readonly unknown[]): void;
  reject(error: unknown): void;
};

/** The statement by which postgres.js asks each new connection for the types of arrays. */
const asksForTypes = /^\s*select b\.oid, b\.typarray\s/;

const waiting = new Set<() => void>();
const watched = new WeakSet<object>();

/**
 * Works around two faults of postgres.js 3.4, when a new connection is lost while it asks for array types. Nobody
 * listens to the promise of that request, so the loss ended the process: here the request brings no types. And a
 * caller that waits for the connection is forgotten: here it is told to ask again.
 */
export function watchTypeRequests(client: Sql): void {
  const prototype = Object.getPrototypeOf(client.unsafe('')) as Statement; // safe: see its type; it is never run
  // One class makes the statements of all clients.
  if (watched.has(prototype)) return;
  watched.add(prototype);
  const { handle } = prototype;
  prototype.handle = function (this: Statement) {
    if (asksForTypes.test(this.strings[0] ?? '')) {
      this.reject = () => this.resolve([]);
      for (const askAgain of waiting) askAgain();
    }
    return handle.call(this);
  };
}

/** Calls back whenever a reservation may have been forgotten; returns what ends that. */
export function onForgotten(askAgain: () => void): () => void {
  waiting.add(askAgain);
  return () => void waiting.delete(askAgain);
}
