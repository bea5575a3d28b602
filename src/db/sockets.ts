import { once } from 'node:events';
import type { Socket } from 'node:net';
import { within } from '../platform/within.ts';

/** How long Postgres may take to close a connection after the client's goodbye. */
const farewellMs = 1_000;

/**
 * The sockets of one client. A network may swallow a goodbye, and the system would then keep a socket, and the process
 * with it, for a quarter of an hour: so none outlives its client.
 */
export class Sockets {
  readonly #kept = new Set<Socket>();
  #isClosed = false;

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Follows a socket; destroys it at once when they are closed. Returns it. */
  keep(socket: Socket): Socket {
    // postgres.js takes all listeners from a socket that it puts TLS on: nobody would hear that it is closed.
    for (const other of this.#kept) if (other.destroyed) this.#kept.delete(other);
    this.#kept.add(socket);
    if (this.#isClosed) {
      // One that was not connected yet is destroyed once it is.
      socket.once('connect', () => socket.destroy()).destroy();
    }
    return socket;
  }

  /** Resolves when all are closed. Call it when the client has said goodbye: what is open a second later is destroyed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const left = [...this.#kept].filter(({ destroyed }) => !destroyed);
    await within(farewellMs, Promise.all(left.map(closed)));
    for (const socket of left) socket.destroy();
  }
}

const closed = (socket: Socket): Promise<unknown> => once(socket, 'close').catch(() => {});
