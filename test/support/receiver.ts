import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterwards } from './afterwards.ts';

/** A request that a receiver got. */
export type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type Receiver = {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Number of open connections. */
  connections(): number;
  /** The behaviour for the next requests. */
  answer: (request: Received, response: ServerResponse) => void;
};

/** Answers with just a status. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}) =>
  (_request: Received, response: ServerResponse): void => {
    response.writeHead(code, headers).end();
  };

/** A local receiver of webhooks, which answers 204 by default. */
export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const receiver = { answer: status(204) as Receiver['answer'] };
  const server = createServer(async (req: IncomingMessage, res: ServerResponse) => {
    const body = await text(req).catch(() => '');
    const request = { method: req.method ?? '', path: req.url ?? '', headers: req.headers, body };
    received.push(request);
    receiver.answer(request, res);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterwards(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/hook?key=of-the-receiver`,
    port,
    received,
    connections: () => sockets.size,
  });
}
