import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Credentials } from '../access/access.ts';
import { clientLeft } from './client-left.ts';
import { HttpError } from './errors.ts';
import { refuseSocket } from './refusals.ts';
import { goingAway, keepAlive, closeSocket, send, shortReason } from './socket.ts';
import { leaveCompleted, refuseMessage } from './socket-messages.ts';
import { createProtocol, type Extra, type ProtocolOptions } from './socket-protocol.ts';

/** GraphQL over WebSocket (subprotocol graphql-transport-ws). */
type WebSockets = {
  /**
   * Takes over a request that asks for a WebSocket, after its origin was checked. A key comes with the request, or
   * with the first message of the socket.
   */
  accept(req: IncomingMessage, socket: Duplex, head: Buffer, credentials: Credentials): void;
  /** Returns how many subscriptions are open. */
  count(): number;
  /**
   * Closes all sockets as going away, so that clients reconnect to another server; each after its queries and
   * mutations are answered.
   */
  end(): void;
  /** Drops the remaining sockets. */
  drop(): void;
};

/** Creates the WebSocket side of the API. */
export function createWebSockets(options: ProtocolOptions): WebSockets {
  const { limits, log } = options;
  const protocol = createProtocol(options);
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (protocols) => handleProtocols(protocols),
    maxPayload: limits.bodyBytes,
    perMessageDeflate: false,
  });
  sockets.on('wsClientError', ({ message }, socket) =>
    refuseSocket(socket, new HttpError(400, 'BAD_INPUT', `Not a valid WebSocket request: ${message}`)),
  );
  let ending = false;
  /** The operations of each socket. */
  const open = new Set<Pick<Extra, 'running' | 'answering'>>();
  /** Closes each socket when the server stops. */
  const leaving = new Map<WebSocket, () => void>();

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage, credentials: Credentials) => {
    // For an invalid or too large frame, ws closes the socket with the right code.
    socket.on('error', ({ message }) => log.info({ reason: message }, 'a socket broke'));
    const running: Extra['running'] = new Map();
    const answering: Extra['answering'] = new Set();
    const leave = () => {
      if (ending && answering.size === 0) closeSocket(socket, goingAway, 'The server is stopping');
    };
    leaving.set(socket, leave);
    const carried = { running, answering };
    open.add(carried);
    const stopAsking = keepAlive(socket, limits.keepAliveMs, log);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, data, limits.socketBytes, log),
        close: (code, reason = '') => socket.close(code, shortReason(reason)),
        onMessage: (take) =>
          socket.on('message', (data) => {
            const text = String(data);
            const refusal = refuseMessage(text);
            leaveCompleted(text, running);
            if (refusal === 'close') return socket.close(CloseCode.BadRequest, 'Invalid message received');
            if (refusal !== null) return void send(socket, refusal, limits.socketBytes, log).catch(() => {});
            take(text).catch((err: unknown) => {
              if (socket.readyState !== socket.OPEN) return;
              log.error({ err }, 'a message over a socket failed unexpectedly');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      { request, credentials, socket, caller: null, running, answering, leave },
    );
    socket.once('close', (code, reason) => {
      stopAsking();
      leaving.delete(socket);
      open.delete(carried);
      for (const cancellation of running.values()) cancellation.cancel(clientLeft());
      running.clear();
      closed(code, String(reason)).catch((err) => log.error({ err }, 'a subscription did not end well'));
    });
  });

  return {
    count: () => [...open].reduce((sum, { running, answering }) => sum + running.size - answering.size, 0),
    accept(req, socket, head, credentials) {
      if (ending) throw new HttpError(503, 'RATE_LIMITED', 'The server is stopping: connect again');
      sockets.handleUpgrade(req, socket, head, (opened) =>
        sockets.emit('connection', opened, req, credentials),
      );
    },
    end() {
      ending = true;
      for (const leave of leaving.values()) leave();
    },
    drop() {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}
