import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitAtMost } from '../platform/wait-at-most.ts';

/** The phases of a graceful stop. */
export type DrainTimes = {
  /** How long the server still accepts connections, so that a balancer that polls /ready stops sending requests. */
  readonly delayMs: number;
  /** How long requests under way may take after that, in milliseconds. */
  readonly limitMs: number;
};

/** Stops a server without interrupting requests. */
export type Drain = {
  /** Whether the server was told to stop. */
  readonly begun: boolean;
  /** Follows an answer. It becomes the last one of its connection when the server stops meanwhile. */
  watch(socket: Socket, res: ServerResponse): void;
  /** Resolves when the server has no connection left. */
  run(times: DrainTimes): Promise<void>;
};

type Subscriptions = {
  /** Tells all subscribers to reconnect, and ends their connections. */
  end(): void;
  /** Drops the connections that are left. */
  drop(): void;
};

/**
 * How long idle connections stay open. A client may send a request just as its connection is closed, so a connection
 * in use is closed with the answer to its next request, which says `Connection: close`.
 */
const lingerMs = 1_000;

/** Follows the connections of a server until it stops. */
export function createDrain(server: Server, subscriptions: Subscriptions): Drain {
  /** The connections, with the latest answer on each: with pipelining, the one that may be the last. */
  const sockets = new Map<Socket, ServerResponse | null>();
  let begun = false;
  let lingered = false;
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, null);
    socket.once('close', () => sockets.delete(socket));
  });
  const makeLast = (res: ServerResponse) => {
    if (!res.headersSent) res.shouldKeepAlive = false;
    res.once('close', () => {
      // The answer began before the stop, so its connection was kept alive.
      if (lingered) setImmediate(closeIdle);
    });
  };
  const closeIdle = () => {
    // Node treats a connection as idle when its answer has ended, even if the client has not read all of it. This runs
    // again when that answer closes.
    const sending = [...sockets.keys()].some(({ writableLength }) => writableLength > 0);
    if (!sending) server.closeIdleConnections();
    // Browsers open connections ahead of requests, and Node treats such a connection as the begin of a request.
    for (const socket of sockets.keys()) if (socket.bytesRead === 0) socket.destroy();
  };
  return {
    get begun() {
      return begun;
    },
    watch(socket, res) {
      sockets.set(socket, res);
      if (begun) makeLast(res);
    },
    async run({ delayMs, limitMs }) {
      begun = true;
      for (const res of sockets.values()) if (res !== null && !res.closed) makeLast(res);
      await sleep(delayMs, undefined, { ref: false });
      // Not the HTTP server's own `close`, which closes idle connections at once.
      const closed = new Promise<void>((done) => NetServer.prototype.close.call(server, () => done()));
      subscriptions.end();
      await waitAtMost(lingerMs, closed);
      lingered = true;
      closeIdle();
      await waitAtMost(Math.max(0, limitMs - lingerMs), closed);
      subscriptions.drop();
      server.closeAllConnections();
      // Also ends the timer that checks for slow requests.
      server.close(() => {});
      await closed;
    },
  };
}
