import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { holdsToken } from '../access/token.ts';
import { contentType } from './families.ts';

type EndpointOptions = {
  readonly host: string;
  readonly port: number;
  /** Without a token, everyone who can reach the address may read; it must be an address of this machine then. */
  readonly token: string | null;
  print(): Promise<string>;
};

export type Endpoint = { readonly port: number; close(): Promise<void> };

/** Serves GET /metrics, and nothing else, in a process that does not serve other requests. */
export async function openEndpoint({ host, port, token, print }: EndpointOptions): Promise<Endpoint> {
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (req.url !== '/metrics') return refuse(res, 404, 'Nothing here; the metrics are at /metrics');
    if (req.method !== 'GET') return refuse(res, 405, 'Wrong method: GET allowed');
    if (token !== null && !holdsToken(req.headers.authorization, token)) {
      return refuse(res, 401, 'Send METRICS_TOKEN as Authorization: Bearer <token>');
    }
    if (token === null && !isOfThisMachine(req.headers.host)) return refuse(res, 403, 'Unknown Host');
    const text = await print();
    res.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  };
  const server = createServer((req, res) => void answer(req, res).catch(() => res.destroy()));
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, done);
  });
  return {
    port: (server.address() as AddressInfo).port, // safe: it listens on a port
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Whether a request names this machine. A web page can point its own host name to this machine, but not an IP address.
 */
function isOfThisMachine(host = ''): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || isIP(name) !== 0;
}

function refuse(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}
