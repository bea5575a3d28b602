import { connect, type Socket } from 'node:net';

/** The result of one request. */
export type Reply = {
  /** Time of the response, by `performance.now()`. */
  readonly at: number;
  /** 0 when the connection broke. */
  readonly status: number;
  readonly retryAfter: string | null;
  /** Whether it was answered without errors, and no account was missing. */
  readonly isOk: boolean;
};

/** Sends requests over connections that stay open, one at a time on each; opens as many as needed. */
export type RawClient = {
  /** Never rejects. */
  ask(query: string, variables?: object): Promise<Reply>;
  close(): void;
};

/** A connection without any data for this long is closed. */
const lateMs = 30_000;

/**
 * A client with raw sockets: Node's own needs as much processor time per request as the server for a refusal, on the
 * same processors, and so would take it from the server.
 */
export function createRawClient(url: string): RawClient {
  const { hostname, port, pathname } = new URL(url);
  const idle: Socket[] = [];
  const open = new Set<Socket>();
  const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nAccept: application/json\r\n`;

  const openSocket = (): Socket => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    open.add(socket);
    socket.setTimeout(lateMs, () => socket.destroy());
    socket.on('error', () => {}); // `close` follows
    socket.on('close', () => {
      open.delete(socket);
      const at = idle.indexOf(socket);
      if (at >= 0) idle.splice(at, 1);
    });
    return socket;
  };

  return {
    ask: (query, variables) =>
      new Promise((resolve) => {
        const socket = idle.pop() ?? openSocket();
        let text = '';
        const done = (reply: Reply) => {
          socket.off('data', onData).off('close', onBroken);
          if (reply.status !== 0 && !/^connection: close/im.test(text)) idle.push(socket);
          resolve(reply);
        };
        const onData = (chunk: Buffer) => {
          text += chunk.toString('latin1');
          const reply = readAnswer(text);
          if (reply !== null) done(reply);
        };
        const onBroken = () => done({ at: performance.now(), status: 0, retryAfter: null, isOk: false });
        socket.on('data', onData).on('close', onBroken);
        const body = JSON.stringify({ query, variables });
        socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      }),
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

/** The content of a complete response; null for a partial one. */
function readAnswer(text: string): Reply | null {
  const end = text.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(text)?.[1];
  if (end === -1 || length === undefined || text.length < end + 4 + Number(length)) return null;
  const status = Number(text.slice(9, 12));
  return {
    at: performance.now(),
    status,
    retryAfter: /^retry-after: (\S+)/im.exec(text.slice(0, end))?.[1] ?? null,
    isOk: status === 200 && text.startsWith('{"data":', end + 4) && !text.includes('"account":null', end + 4),
  };
}
