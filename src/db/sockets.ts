import { once } from 'node:events';
import type { Socket } from 'node:net';
import { waitAtMost } from '../platform/wait-at-most.ts';

/** How long Postgres may take to close a connection after the client has ended it. */
const farewellMs = 1_000;

/**
 * The sockets of one client, none of which outlives the client. A network may drop the goodbye, and the system would
 * then keep a socket, and so the process, for a quarter of an hour.
 */
export class Sockets {
  readonly #kept = new Set<Socket>();
  #isClosed = false;

  /** Whether `close` was called. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Adds a socket and returns it; destroys it at once when the others are closed already. */
  keep(socket: Socket): Socket {
    // postgres.js removes all listeners of a socket that it uses for TLS, so its end is checked here.
    for (const other of this.#kept) if (other.destroyed) this.#kept.delete(other);
    this.#kept.add(socket);
    if (this.#isClosed) {
      // A connecting socket is destroyed when it is connected.
      socket.once('connect', () => socket.destroy()).destroy();
    }
    return socket;
  }

  /** Resolves when all are closed. Call it when the client has ended: a second later open sockets are destroyed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const left = [...this.#kept].filter(({ destroyed }) => !destroyed);
    await waitAtMost(farewellMs, Promise.all(left.map(closed)));
    for (const socket of left) socket.destroy();
  }
}

const closed = (socket: Socket): Promise<unknown> => once(socket, 'close').catch(() => {});
