import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterwards } from './afterwards.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export type PictureHost = {
  /** Connects to this host for every address, without TLS. */
  readonly agent: Agent;
  /** Requested hosts and paths. */
  readonly asked: readonly string[];
  readonly requests: readonly IncomingMessage[];
  /** The behaviour for the next requests. */
  answer: Answer;
};

/** A local host that serves the pictures of all hosts. It answers with a small PNG by default. */
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

/** Answers with bytes declared as a picture. */
export const picture =
  (bytes: Buffer, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(bytes);
  };

/** Answers with just a status. */
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

/** A PNG of this many bytes: viewers ignore everything after the pixel. */
export const pngOf = (bytes: number): Buffer => Buffer.concat([png], bytes);
