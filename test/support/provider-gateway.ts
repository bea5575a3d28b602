import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../src/config.ts';
import { configuredProviders } from '../../src/providers/configured.ts';
import type { FetchProvider, FetchProviderName } from '../../src/providers/fetch-provider.ts';
import { must } from '../../src/shared/errors.ts';
import { afterwards } from './afterwards.ts';
import { environmentOf, type Services } from './fetching.ts';

/** Answers a request; `truth` returns the answer of the service behind the gateway. */
type Behaviour = (
  response: ServerResponse,
  request: IncomingMessage,
  truth: () => Promise<string>,
) => void | Promise<void>;

/** A proxy between a provider's client and its fake service. It can change answers. */
export type Gateway = {
  readonly url: string;
  behave: Behaviour;
  /** Number of received requests. */
  requests: number;
};

/** The variable with each provider's service address. */
export const urlVariables = {
  X_API: 'X_API_URL',
  SOCIALDATA: 'SOCIALDATA_URL',
  X_SCRAPER: 'X_SCRAPER_URL',
} as const satisfies Record<FetchProviderName, string>;

/** Starts a gateway that passes everything through by default. */
export async function startGateway(serviceUrl: string): Promise<Gateway> {
  const server = createServer(async (request, response) => {
    gateway.requests += 1;
    const body = await textOf(request);
    const truth = async () => (await forwarded(serviceUrl, request, body)).text();
    try {
      await gateway.behave(response, request, truth);
    } catch {
      // The client closed the connection, since it has what it needs.
      response.destroy();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterwards(
    () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo; // safe: it listens on TCP
  const gateway: Gateway = {
    url: `http://127.0.0.1:${port}`,
    behave: async (response, _request, truth) => sendJson(response, await truth()),
    requests: 0,
  };
  return gateway;
}

/** A provider's real client, connected to the gateway. */
export function clientOf(
  services: Services,
  name: FetchProviderName,
  gateway: Gateway,
  environment: Readonly<Record<string, string>> = {},
): FetchProvider {
  const config = loadConfig(
    environmentOf(services, [name], {
      [urlVariables[name]]: gateway.url,
      X_SCRAPER_ROBOTS: 'ignore',
      ...environment,
    }),
  );
  return must(configuredProviders(config.providers)[0], 'the provider has what it needs');
}

/** Sends a text as JSON with status 200. */
export function sendJson(response: ServerResponse, text: string | Buffer): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function forwarded(serviceUrl: string, request: IncomingMessage, body: string): Promise<Response> {
  const { host: _host, connection: _connection, ...others } = request.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)]));
  const { method = 'GET' } = request;
  return fetch(`${serviceUrl}${request.url}`, { method, headers, body: method === 'GET' ? null : body });
}
