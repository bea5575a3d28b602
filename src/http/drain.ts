import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../platform/within.ts';

/** How a server that is told to stop takes its leave. */
export type DrainTimes = {
  /** Milliseconds in which connections are still taken, so that a balancer that asks /ready sends no more. */
  readonly delayMs: number;
  /** Milliseconds, after those, that requests under way may take. */
  readonly limitMs: number;
};

/** Stops a server without cutting a request off. */
export type Drain = {
  /** Whether the server was told to stop. */
  readonly begun: boolean;
  /** Follows an answer, which is its connection's last when the server stops meanwhile. */
  watch(socket: Socket, res: ServerResponse): void;
  /** Resolves when the server has no connection any more. */
  run(times: DrainTimes): Promise<void>;
};

type Subscriptions = {
  /** Tells all subscribers to come back, and ends their connections. */
  end(): void;
  /** Drops the connections that are left. */
  drop(): void;
};

/**
 * A client may send a request in the moment in which its kept connection is closed. So idle connections stay open for
 * this long: those in use are closed with the answer to their next request, which says `Connection: close`.
 */
const lingerMs = 1_000;

/** Follows the connections of a server until it stops. */
export function createDrain(server: Server, subscriptions: Subscriptions): Drain {
  /** The connections, and the latest answer on each: of requests sent in a row, the one that may be its last. */
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
      // Of an answer that had begun before the stop, the connection is kept.
      if (lingered) setImmediate(closeIdle);
    });
  };
  const closeIdle = () => {
    // Node takes a connection for idle as soon as its answer has ended, though its client has not read all of it. When that
    // answer closes, this comes again.
    const sending = [...sockets.keys()].some(({ writableLength }) => writableLength > 0);
    if (!sending) server.closeIdleConnections();
    // Browsers connect ahead of any request, and Node takes such a connection for a request that begins.
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
      // Not the HTTP server's own `close`: that closes idle connections at once.
      const closed = new Promise<void>((done) => NetServer.prototype.close.call(server, () => done()));
      subscriptions.end();
      await within(lingerMs, closed);
      lingered = true;
      closeIdle();
      await within(Math.max(0, limitMs - lingerMs), closed);
      subscriptions.drop();
      server.closeAllConnections();
      // Ends the timer that looks for slow requests, too.
      server.close(() => {});
      await closed;
    },
  };
}
