import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterwards } from './afterwards.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export type PictureHost = {
  /** Connects to this host, whichever was meant, and without TLS. */
  readonly agent: Agent;
  /** What was asked for: host and path. */
  readonly asked: readonly string[];
  readonly requests: readonly IncomingMessage[];
  /** What it does with the next requests. */
  answer: Answer;
};

/** A host of pictures on loopback that stands for all of them. It answers with a small PNG until it is told otherwise. */
export async function openPictureHost(): Promise<PictureHost> {
  const asked: string[] = [];
  const requests: IncomingMessage[] = [];
  const host = { answer: picture(png) as Answer };
  const server = createServer((req, res) => {
    asked.push(`${req.headers.host}${req.url}`);
    requests.push(req);
    host.answer(req, res);
  });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // safe: it listens on a port
  class Local extends Agent {
    override createConnection(): Socket {
      return connect(port, '127.0.0.1');
    }
  }
  const agent = new Local({ keepAlive: true });
  afterwards(() => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(host, { agent, asked, requests });
}

/** Answers with bytes that are said to be a picture. */
export const picture =
  (bytes: Buffer, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(bytes);
  };

/** Answers with a status and nothing else. */
export const only =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, headers).end();
  };

/** A PNG of one pixel. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A PNG of so many bytes, more than those of `png`: what follows the one pixel no viewer reads. */
export const pngOf = (bytes: number): Buffer => Buffer.concat([png], bytes);
