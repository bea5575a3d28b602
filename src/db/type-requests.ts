import type { Sql } from 'postgres';

/** The parts of postgres.js' statements that its types lack. */
type Statement = {
  readonly strings: readonly string[];
  handle(): Promise<void>;
  resolve(rows: readonly unknown[]): void;
  reject(error: unknown): void;
};

/** The statement with which postgres.js requests the array types on each new connection. */
const typeRequest = /^\s*select b\.oid, b\.typarray\s/;

const waiting = new Set<() => void>();
const watched = new WeakSet<object>();

/**
 * Works around two bugs of postgres.js 3.4 when a new connection is lost during the request for array types. Nobody
 * handles that request's rejection, so the loss ended the process: here the request returns no types. And a caller that
 * waits for the connection is forgotten: here it is called to ask again.
 */
export function watchTypeRequests(client: Sql): void {
  const prototype = Object.getPrototypeOf(client.unsafe('')) as Statement; // safe: see its type; it is never run
  // All clients' statements have the same class.
  if (watched.has(prototype)) return;
  watched.add(prototype);
  const { handle } = prototype;
  prototype.handle = function (this: Statement) {
    if (typeRequest.test(this.strings[0] ?? '')) {
      this.reject = () => this.resolve([]);
      for (const askAgain of waiting) askAgain();
    }
    return handle.call(this);
  };
}

/** Calls back whenever a reservation may have been forgotten. Returns a function that ends this. */
export function onForgotten(askAgain: () => void): () => void {
  waiting.add(askAgain);
  return () => void waiting.delete(askAgain);
}
