import type { Logger } from 'pino';
import type { WebSocket } from 'ws';

/** How long a client may take to answer a goodbye. */
const partingMs = 1_000;

/** Codes of closing frames: the server stops; something is too much, or away, for now. */
export const goingAway = 1001;
export const tryAgainLater = 1013;

/** A reason that fits a closing frame, which takes 123 bytes. */
export function shortReason(reason: string): string {
  return Buffer.byteLength(reason) <= 123 ? reason : `${reason.slice(0, 30).toWellFormed()}…`;
}

/**
 * Resolves when the message is on its way, so that a subscription waits for its client. Where that does not read and
 * more than `bytes` wait already, it is dropped.
 */
export function send(socket: WebSocket, data: string, bytes: number, log: Logger): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  const waiting = socket.bufferedAmount;
  if (waiting > bytes) {
    log.warn({ waiting }, 'a subscriber reads too slowly: dropped');
    part(socket, tryAgainLater, `Too slow: ${waiting} bytes unread, ${bytes} allowed`);
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    socket.send(data, (error) => (error ? reject(error) : resolve()));
  });
}

/** Says why, and does not wait long for an answer: a client that reads nothing gives none. */
export function part(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const late = setTimeout(() => socket.terminate(), partingMs);
  socket.once('close', () => clearTimeout(late));
}

/** Asks now and then whether the client is there, and drops it where it does not answer; gives what ends the asking. */
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
