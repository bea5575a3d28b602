import type { Logger } from 'pino';
import type { WebSocket } from 'ws';

/** How long a client may take to answer a closing frame. */
const partingMs = 1_000;

/** Codes of closing frames: the server is stopping; something is overloaded or away for now. */
export const goingAway = 1001;
export const tryAgainLater = 1013;

/** Shortens a reason to fit a closing frame, which takes 123 bytes. */
export function shortReason(reason: string): string {
  return Buffer.byteLength(reason) <= 123 ? reason : `${reason.slice(0, 30).toWellFormed()}…`;
}

/**
 * Resolves when the message is sent, so that a subscription waits for its client. Drops a client that does not read
 * while more than `bytes` wait.
 */
export function send(socket: WebSocket, data: string, bytes: number, log: Logger): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  const waiting = socket.bufferedAmount;
  if (waiting > bytes) {
    log.warn({ waiting }, 'a subscriber reads too slowly: dropped');
    closeSocket(socket, tryAgainLater, `Too slow: ${waiting} bytes unread, ${bytes} allowed`);
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Closes a socket with a reason, and terminates it soon after: a client that reads nothing does not answer. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const late = setTimeout(() => socket.terminate(), partingMs);
  socket.once('close', () => clearTimeout(late));
}

/** Pings the client, and drops it when it does not answer. Returns a function that stops the pings. */
export function keepAlive(socket: WebSocket, everyMs: number, log: Logger): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const asking = setInterval(() => {
    if (!answered) {
      log.info('a subscriber does not answer: dropped');
      socket.terminate();
      return;
    }
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, everyMs);
  return () => clearInterval(asking);
}
